import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { MCP_SCOPES, OFFLINE_ACCESS, parseScope } from '../oauth/scopes.js';
import type { AuthorizationServerOptions } from './authorization-server.options.js';
import type { SigningKeys } from './keys/signing-keys.js';

const RESOURCE_SCOPE = Object.keys(MCP_SCOPES).join(' ');
const KNOWN_SCOPES: ReadonlySet<string> = new Set([...Object.keys(MCP_SCOPES), OFFLINE_ACCESS, 'openid']);

/**
 * What oidc-provider needs to know of a resource that a client named (RFC 8707). A request without a scope asks for all that
 * the resource has (RFC 6749 section 3.3): the user still sees and allows each.
 * @throws InvalidTarget for a resource that is not ours, InvalidScope for a scope that nobody knows
 */
export function resourceServerInfo(
  options: AuthorizationServerOptions,
  keys: Pick<SigningKeys, 'current'>,
  context: KoaContextWithOIDC,
  resource: string,
): ResourceServer {
  if (!isOurs(options, resource)) {
    throw new errors.InvalidTarget(
      `this authorization server issues no tokens for that resource; use ${options.resourceIdentifier}`,
    );
  }
  const { params, route } = context.oidc;
  if (params && route === 'authorization') {
    const unknown = parseScope(params['scope'] as string | undefined).filter(
      (scope) => !KNOWN_SCOPES.has(scope),
    );
    if (unknown.length > 0) {
      throw new errors.InvalidScope(
        `unknown scope; this server knows ${[...Object.keys(MCP_SCOPES), OFFLINE_ACCESS].join(' ')}`,
        unknown.slice(0, 5).join(' ').slice(0, 200),
      );
    }
    params['scope'] ??= RESOURCE_SCOPE;
  }
  const { alg, kid } = keys.current();
  return {
    scope: RESOURCE_SCOPE,
    audience: options.resourceIdentifier,
    accessTokenFormat: 'jwt',
    accessTokenTTL: options.accessTokenSeconds,
    jwt: { sign: { alg, kid } },
  };
}

/** The identifier as we publish it, or in another spelling of the same URL (RFC 3986 section 6.2.3: case of host, default port). */
function isOurs({ resourceIdentifier }: AuthorizationServerOptions, resource: string): boolean {
  return resource === resourceIdentifier || URL.parse(resource)?.href === new URL(resourceIdentifier).href;
}
