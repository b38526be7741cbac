import type { TrustedIssuer } from '../../src/auth/issuers/trusted-issuer.js';
import { strictIssuer } from '../../src/config/trusted-issuer.js';

/** An issuer by RFC 9068, as our own authorization server is one, for a resource of that name. */
export function trustedIssuer(changes: Partial<TrustedIssuer> = {}): TrustedIssuer {
  const strict = strictIssuer(
    {
      id: 'test',
      issuer: 'https://issuer.example.com',
      own: true,
      source: { kind: 'own' },
      audience: 'https://gate.example.com/mcp',
    },
    { resourceIdentifier: 'https://gate.example.com/mcp', clockSkewSeconds: 60, cacheTtlSeconds: 300 },
  );
  return { ...strict, ...changes };
}
