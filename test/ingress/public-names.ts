// Public DNS and a public certificate, as clients of a real host have them: names below .example.test lead to this computer, and the
// test's authority is trusted. For the test itself, and for programs that it starts (`node --import`, `NODE_EXTRA_CA_CERTS`).
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';

const { lookup } = dns;

dns.lookup = ((name: string, ...rest: [never, never]) =>
  lookup(name.endsWith('.example.test') ? '127.0.0.1' : name, ...rest)) as typeof lookup;
syncBuiltinESMExports();

/** PEM */
export function trust(cert: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), cert]);
}
