import type { IncomingMessage } from 'node:http';
import { hostNameOf, LOOPBACK_NAMES } from './host-name.js';

const MAX_REMEMBERED = 64;

/**
 * The names under which this deployment may be asked for. A page whose own name was made to resolve to this machine (DNS
 * rebinding) is of the same origin to its browser, and only the `Host` header still tells what it is.
 */
export class HostPolicy {
  readonly #names: ReadonlySet<string>;
  /** Values as they came, ports and all, so that the usual request costs one look-up. */
  readonly #seenGood = new Set<string>();

  /** `hosts`: names or `host:port`, beside those of loopback. */
  constructor(hosts: Iterable<string>) {
    const names = [...hosts].map(hostNameOf).filter((name) => name !== undefined);
    this.#names = new Set([...LOOPBACK_NAMES, ...names]);
  }

  /** True where the request names one of our hosts, once, whatever the port. */
  allows({ headers: { host }, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): boolean {
    if (host === undefined || hasTwoHosts(rawHeaders)) return false;
    if (this.#seenGood.has(host)) return true;
    const name = hostNameOf(host);
    if (name === undefined || !this.#names.has(name)) return false;
    if (this.#seenGood.size === MAX_REMEMBERED) this.#seenGood.clear();
    this.#seenGood.add(host);
    return true;
  }
}

/** RFC 9112 section 3.2. Node keeps the first one only, and a server before us may have looked at the other. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}
