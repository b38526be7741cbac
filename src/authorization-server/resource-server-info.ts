import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { MCP_SCOPES, OFFLINE_ACCESS, parseScope } from '../oauth/scopes.js';
import type { AuthorizationServerOptions } from './authorization-server.options.js';
import type { SigningKeys } from './keys/signing-keys.js';

const RESOURCE_SCOPES: readonly string[] = Object.keys(MCP_SCOPES);
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
  const { params, route, client } = context.oidc;
  const allowed = scopesOf(options, client?.clientId);
  if (params && asks(route, params)) {
    const asked = parseScope(params['scope'] as string | undefined);
    const forbidden = asked.filter((scope) => Object.hasOwn(MCP_SCOPES, scope) && !allowed.includes(scope));
    if (forbidden.length > 0) {
      throw new errors.InvalidScope('this client may not ask for that scope', shown(forbidden));
    }
    const unknown = asked.filter((scope) => !KNOWN_SCOPES.has(scope));
    if (unknown.length > 0) {
      throw new errors.InvalidScope(
        `unknown scope; this server knows ${[...Object.keys(MCP_SCOPES), OFFLINE_ACCESS].join(' ')}`,
        shown(unknown),
      );
    }
    params['scope'] ??= allowed.join(' ');
  }
  const { alg, kid } = keys.current();
  return {
    scope: allowed.join(' '),
    audience: options.resourceIdentifier,
    accessTokenFormat: 'jwt',
    accessTokenTTL: options.accessTokenSeconds,
    jwt: { sign: { alg, kid } },
  };
}

/** Whether a request names the scopes that it wants: a refresh, a redeemed code have theirs already. */
function asks(route: string, params: Readonly<Record<string, unknown>>): boolean {
  return (
    route === 'authorization' ||
    route === 'pushed_authorization_request' ||
    params['grant_type'] === 'client_credentials'
  );
}

/** Of all that the resource has, what an operator lets a client ask for. */
function scopesOf({ clients }: AuthorizationServerOptions, clientId: string | undefined): readonly string[] {
  const scopes = clients.find((client) => client.clientId === clientId)?.scopes;
  return scopes ? RESOURCE_SCOPES.filter((scope) => scopes.includes(scope)) : RESOURCE_SCOPES;
}

function shown(scopes: readonly string[]): string {
  return scopes.slice(0, 5).join(' ').slice(0, 200);
}

/** The identifier as we publish it, or in another spelling of the same URL (RFC 3986 section 6.2.3: case of host, default port). */
function isOurs({ resourceIdentifier }: AuthorizationServerOptions, resource: string): boolean {
  return resource === resourceIdentifier || URL.parse(resource)?.href === new URL(resourceIdentifier).href;
}
