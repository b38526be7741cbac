import {
  AUTHORIZATION_SERVER_METADATA,
  OPENID_CONFIGURATION,
  PROTECTED_RESOURCE_METADATA,
} from './well-known.js';

/** Documents whose well-known part stands in front of the prefix (RFC 8414 section 3.1, RFC 9728 section 3.1). */
const INSERTED = [PROTECTED_RESOURCE_METADATA, AUTHORIZATION_SERVER_METADATA, OPENID_CONFIGURATION];

/** What the public URL puts in front of every path: nothing for an origin, `/gate` for `https://example.com/gate`. */
export function pathPrefix(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '');
}

/** Where browsers find a path of ours: with the prefix of the public URL in front. */
export function publicPath(publicUrl: string, path: string): string {
  return `${pathPrefix(publicUrl)}${path}`;
}

/**
 * A request target (RFC 9112 section 3.2) as the routes know it: without the prefix. Taken off once and to the byte, nothing is decoded: what
 * is spelt in another way (`/gatefoo`, `/%67ate`) is no prefix and stays. What comes without the prefix stays as well, from a proxy that took it
 * off.
 */
export function routedTarget(target: string, prefix: string): string {
  const below = behind(target, prefix);
  if (below !== undefined) return below.startsWith('/') ? below : `/${below}`;
  for (const document of INSERTED) {
    const rest = target.startsWith(document) ? behind(target.slice(document.length), prefix) : undefined;
    if (rest !== undefined) return `${document}${rest}`;
  }
  return target;
}

/** What follows the prefix, where the prefix ends there. */
function behind(target: string, prefix: string): string | undefined {
  if (!target.startsWith(prefix)) return undefined;
  const rest = target.slice(prefix.length);
  return rest === '' || rest.startsWith('/') || rest.startsWith('?') ? rest : undefined;
}
