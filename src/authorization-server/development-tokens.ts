import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { MCP_SCOPES } from '../oauth/scopes.js';
import { DEVELOPMENT_SUBJECT } from './authorization-server.options.js';
import { INSPECTOR_CLIENT } from './clients/pre-registered-clients.js';
import type { SigningKeys } from './keys/signing-keys.js';

/** The access levels of the test tokens, and the scopes of each. */
export const ACCESS_LEVELS: Readonly<Record<string, { title: string; scopes: readonly string[] }>> = {
  full: { title: 'Everything', scopes: Object.keys(MCP_SCOPES) },
  tools: { title: 'Tools', scopes: ['mcp:tools:read', 'mcp:tools:execute'] },
  resources: { title: 'Resources', scopes: ['mcp:resources:list', 'mcp:resources:read'] },
  readonly: {
    title: 'Lists only',
    scopes: ['mcp:tools:read', 'mcp:resources:list', 'mcp:prompts:list'],
  },
};

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
