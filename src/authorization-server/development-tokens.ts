import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { DEVELOPMENT_SUBJECT } from './authorization-server.options.js';
import { INSPECTOR_CLIENT } from './clients/pre-registered-clients.js';
import type { SigningKeys } from './keys/signing-keys.js';

interface AccessLevel {
  readonly title: string;
  readonly scopes: readonly string[];
}

/** Test tokens for less than everything, and the scopes of each. */
const PARTS: Readonly<Record<string, AccessLevel>> = {
  tools: { title: 'Tools', scopes: ['mcp:tools:read', 'mcp:tools:execute'] },
  resources: { title: 'Resources', scopes: ['mcp:resources:list', 'mcp:resources:read'] },
  readonly: {
    title: 'Lists only',
    scopes: ['mcp:tools:read', 'mcp:resources:list', 'mcp:prompts:list'],
  },
};

/** The access levels of the test tokens, where these are all the scopes that there are. */
export function accessLevels(all: readonly string[]): Readonly<Record<string, AccessLevel>> {
  return { full: { title: 'Everything', scopes: all }, ...PARTS };
}

export interface DevelopmentTokenOptions {
  issuer: string;
  audience: string;
  lifetimeSeconds: number;
}

/** Signs an access token for the development user, without any flow. Never reachable in production. */
export async function mintDevelopmentToken(
  keys: SigningKeys,
  options: DevelopmentTokenOptions,
  scopes: readonly string[],
): Promise<string> {
  const { kid, alg, key } = await keys.currentKey();
  return new SignJWT({ client_id: INSPECTOR_CLIENT.clientId, scope: scopes.join(' ') })
    .setProtectedHeader({ alg, typ: 'at+jwt', kid })
    .setSubject(DEVELOPMENT_SUBJECT)
    .setIssuer(options.issuer)
    .setAudience(options.audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${options.lifetimeSeconds}s`)
    .sign(key);
}
