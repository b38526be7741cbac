import { parseBearerChallenge } from '../client/bearer-challenge.js';
import type { MintOptions } from '../tokens/mint-options.js';
import type { Assault } from './assault.js';
import type { ProbedRequest } from './probe.js';
import type { Target } from './target.js';

/** Tokens that nobody may get in with, by what is wrong with them. */
const BAD_TOKENS: Readonly<Record<string, MintOptions>> = {
  'an expired token': { expired: true },
  'a token that is not valid yet': { notYetValid: true },
  'a token for another server': { audience: 'https://other.example.com/mcp' },
  'a token without an audience': { without: ['aud'] },
  'a token of another issuer': { issuer: 'https://other.example.com' },
  'a token without an issuer': { without: ['iss'] },
  'a token that never expires': { without: ['exp'] },
  'a token of nobody': { without: ['sub'] },
  'a token signed with another key': { wrongKey: true },
  'a token signed with a key that nobody published': { unknownKey: true },
  'an unsigned token': { algorithm: 'none' },
  'a token signed with the public key as a secret': { algorithm: 'HS256' },
  'an ID token': { typ: 'JWT' },
  'a token with an extension that must be understood': {
    header: { crit: ['urn:example:critical'], 'urn:example:critical': true },
  },
};

/** Sends a good request with bad credentials. */
export async function attackTokens(assault: Assault, target: Target): Promise<void> {
  const good = await assault.bearer();
  const attempts: Record<string, Omit<ProbedRequest, 'target'>> = {
    'no token': {},
    'an empty token': { authorization: 'Bearer ' },
    garbage: { authorization: 'Bearer not.a.token' },
    'a token of another scheme': { authorization: good.replace('Bearer', 'Basic') },
    'a token in the URL': { query: `?access_token=${good.slice('Bearer '.length)}` },
    'a token that was changed': { authorization: tampered(good) },
  };
  for (const [name, options] of Object.entries(BAD_TOKENS))
    attempts[name] = { authorization: await assault.bearer(options) };
  for (const [name, request] of Object.entries(attempts)) {
    const observed = await assault.send(name, target, request);
    if (observed.status !== 0 && observed.status < 400) {
      assault.report(
        'accepted',
        name,
        target,
        observed,
        'let nobody in without a token that JwtAuthGuard accepts',
      );
    } else if (
      observed.status !== 0 &&
      !parseBearerChallenge(observed.headers.get('www-authenticate'))?.resourceMetadata
    ) {
      assault.report(
        'wrong-refusal',
        name,
        target,
        observed,
        'answer 401 with a Bearer challenge that names resource_metadata',
      );
    }
  }
}

/** The same token with more scopes in its payload, under the old signature. */
function tampered(bearer: string): string {
  const [header = '', payload = '', signature = ''] = bearer.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const changed = { ...claims, sub: 'administrator', scope: `${String(claims['scope'])} admin` };
  return `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`;
}
