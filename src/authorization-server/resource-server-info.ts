import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { isResourceScope, OFFLINE_ACCESS, parseScope } from '../oauth/scopes.js';
import type { AuthorizationServerOptions } from './authorization-server.options.js';
import type { SigningKeys } from './keys/signing-keys.js';

/**
 * What oidc-provider needs to know of a resource that a client named (RFC 8707). A request without a scope asks for the baseline
 * (RFC 6749 section 3.3), or for all that an operator named for its client: the user still sees and allows each.
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
  const { scopes } = options;
  const named = options.clients.find(({ clientId }) => clientId === client?.clientId)?.scopes;
  const allowed = scopes.names().filter((scope) => named?.includes(scope) ?? true);
  if (params && asks(route, params)) {
    const asked = parseScope(params['scope'] as string | undefined);
    const forbidden = asked.filter((scope) => scopes.has(scope) && !allowed.includes(scope));
    if (forbidden.length > 0) {
      throw new errors.InvalidScope('this client may not ask for that scope', shown(forbidden));
    }
    const unknown = asked.filter((scope) => isResourceScope(scope) && !scopes.has(scope));
    if (unknown.length > 0) {
      throw new errors.InvalidScope(
        `unknown scope; this server knows ${[...scopes.names(), OFFLINE_ACCESS].join(' ')}`,
        shown(unknown),
      );
    }
    params['scope'] ??= (named ? allowed : scopes.baseline()).join(' ');
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

function shown(scopes: readonly string[]): string {
  return scopes.slice(0, 5).join(' ').slice(0, 200);
}

/** The identifier as we publish it, or in another spelling of the same URL (RFC 3986 section 6.2.3: case of host, default port). */
function isOurs({ resourceIdentifier }: AuthorizationServerOptions, resource: string): boolean {
  return resource === resourceIdentifier || URL.parse(resource)?.href === new URL(resourceIdentifier).href;
}
