import { lookup, Resolver, type LookupAddress } from 'node:dns';

/** How a name becomes addresses, all of them. */
export type NameLookup = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const QUERY_TIMEOUT_MS = 1_500;
const TRIES = 2;

/** As the system does it, hosts file and all. */
export const systemLookup: NameLookup = (hostname, callback) => lookup(hostname, { all: true }, callback);

/**
 * Asks the name servers about a host that a stranger named. The system's lookup keeps a thread until the last name server has answered,
 * and has two or so: a stranger whose name server is slow would hold up every other lookup of this process, that of the database
 * included. This one holds none. The hosts file does not count.
 * @param servers in place of those that the system is set up with
 */
export function strangersLookup(servers?: readonly string[]): NameLookup {
  return (hostname, callback) => {
    const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: TRIES });
    if (servers) resolver.setServers(servers);
    const found: LookupAddress[] = [];
    let left = 2;
    const answered = (error: NodeJS.ErrnoException | null, addresses: string[], family: 4 | 6): void => {
      if (!error) found.push(...addresses.map((address) => ({ address, family })));
      left -= 1;
      if (left === 0) callback(found.length > 0 ? null : error, found);
    };
    resolver.resolve4(hostname, (error, addresses) => answered(error, addresses, 4));
    resolver.resolve6(hostname, (error, addresses) => answered(error, addresses, 6));
  };
}
