import ipaddr from 'ipaddr.js';
import type { IncomingMessage } from 'node:http';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Request = Pick<IncomingMessage, 'headers' | 'socket'>;

/** More entries of `X-Forwarded-For` than that are no way that a request went. */
const MAX_HOPS = 32;
/** One customer of a provider has at least that much of IPv6 (RFC 6177), and may use every address in it. */
const IPV6_PREFIX_BYTES = 8;
const UNKNOWN = 'unknown';

export interface ClientAddressOptions {
  /** Told of each neighbour that is not trusted and names somebody else, the first time. */
  readonly onUntrusted?: (neighbour: string) => void;
}

/** How many neighbours that are not trusted are told of. */
const MAX_TOLD = 100;

/**
 * Where a request comes from: the neighbour on the connection or, as long as whoever says so is trusted, the one before it in
 * `X-Forwarded-For`, from its right end on. What stands left of the first address that is not trusted was written by a stranger and
 * counts for nothing.
 */
export class ClientAddresses {
  readonly #trusted: readonly [Address, number][];
  readonly #told = new Set<string>();

  /** `trusted`: addresses and networks (CIDR) of proxies. @throws Error for what is neither */
  constructor(
    trusted: readonly string[],
    private readonly options: ClientAddressOptions = {},
  ) {
    this.#trusted = trusted.map(network);
  }

  /** What the client is counted under: an IPv4 address, or the /64 network of an IPv6 one, such as `2001:db8:1:2::/64`. */
  of(request: Request): string {
    return counted(this.#clientOf(request));
  }

  /** The whole address, for the record. */
  wholeOf(request: Request): string {
    return this.#clientOf(request)?.toString() ?? UNKNOWN;
  }

  #clientOf({ socket, headers }: Request): Address | undefined {
    let client = parse(socket.remoteAddress ?? '');
    const forwarded = headers['x-forwarded-for'];
    if (!client || forwarded === undefined) return client;
    if (!this.#trusts(client)) {
      this.#tell(client.toString());
      return client;
    }
    const hops = String(forwarded).split(',');
    const end = Math.max(0, hops.length - MAX_HOPS);
    for (let index = hops.length - 1; index >= end; index--) {
      const before = parse(hops[index] ?? '');
      if (!before) break;
      client = before;
      if (!this.#trusts(client)) break;
    }
    return client;
  }

  #trusts(address: Address): boolean {
    return this.#trusted.some(
      ([prefix, bits]) => prefix.kind() === address.kind() && address.match([prefix, bits] as never),
    );
  }

  #tell(neighbour: string): void {
    if (this.#told.has(neighbour) || this.#told.size >= MAX_TOLD) return;
    this.#told.add(neighbour);
    this.options.onUntrusted?.(neighbour);
  }
}

function network(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** An IPv4 address inside an IPv6 one counts as itself; some proxies add the port. */
function parse(text: string): Address | undefined {
  const bare = text.trim().replace(/^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/, '$1$2');
  return ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare)
    ? ipaddr.process(bare)
    : undefined;
}

function counted(address: Address | undefined): string {
  if (!address) return UNKNOWN;
  if (address.kind() === 'ipv4') return address.toString();
  const bytes = address.toByteArray().fill(0, IPV6_PREFIX_BYTES);
  return `${ipaddr.fromByteArray(bytes).toString()}/64`;
}
