import { hostNameOf, LOOPBACK_NAMES } from './host-name.js';

export const ANY_ORIGIN = '*';

/** A serialised origin (RFC 6454 section 6.2); other schemes than http are those of browser extensions and desktop programs. */
const ORIGIN = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?<authority>[^/?#@\\\s,%]+)$/i;
const MAX_LENGTH = 300;
const MAX_REMEMBERED = 64;

/**
 * Which pages may call the MCP endpoint (MCP basic/transports, "Security Warning"): those of this computer, those of the public
 * URL, and those that the operator names. A request without `Origin` comes from no page.
 */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string>;
  readonly #any: boolean;
  readonly #seenGood = new Set<string>();

  /** `origins`: such as `https://app.example.com`; `*` stands for every origin that has a name. */
  constructor(origins: Iterable<string>) {
    const listed = [...origins];
    this.#any = listed.includes(ANY_ORIGIN);
    this.#allowed = new Set(listed.map(originOf).filter((origin) => origin !== undefined));
  }

  /** True for a value of the `Origin` header that may go on. `null` and what is no origin never may. */
  allows(origin: string | undefined): boolean {
    if (origin === undefined || this.#seenGood.has(origin)) return true;
    if (!this.#isAllowed(origin)) return false;
    if (this.#seenGood.size === MAX_REMEMBERED) this.#seenGood.clear();
    this.#seenGood.add(origin);
    return true;
  }

  #isAllowed(text: string): boolean {
    const origin = originOf(text);
    return origin !== undefined && (this.#any || this.#allowed.has(origin) || isOfThisComputer(origin));
  }
}

/** An origin in its one spelling: lower case, without a default port. `undefined` where it is none. */
export function originOf(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const { scheme, authority } = ORIGIN.exec(text)?.groups ?? {};
  if (scheme === undefined || authority === undefined) return undefined;
  if (!isWeb(scheme)) return text.toLowerCase();
  return hostNameOf(authority) === undefined ? undefined : URL.parse(text)?.origin;
}

function isOfThisComputer(origin: string): boolean {
  const [scheme = '', authority = ''] = origin.split('://', 2);
  return isWeb(scheme) && LOOPBACK_NAMES.has(hostNameOf(authority) ?? '');
}

function isWeb(scheme: string): boolean {
  return /^https?$/i.test(scheme);
}
