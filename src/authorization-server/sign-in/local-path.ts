import { pathPrefix, publicPath, routedTarget } from '../../oauth/public-path.js';

/** A path of one of our pages, as a query parameter names it; bounded, because it goes into a row. */
const LOCAL_PATH = /^\/[\w/.~%-]{0,256}(?:\?[\w/.~%=&+-]{0,512})?$/;

/**
 * A page of ours to go to after signing in, below the path prefix of the issuer whether it was named with it or without, or undefined for
 * everything that a browser might take for another site: `//host`, `/\host`, a scheme, a control character (open redirect). Not the sign-in
 * pages themselves.
 */
export function localPath(value: string | undefined, issuer: string): string | undefined {
  if (value === undefined || !LOCAL_PATH.test(value) || value.startsWith('//')) return undefined;
  const url = URL.parse(value, issuer);
  if (url?.origin !== new URL(issuer).origin) return undefined;
  const path = routedTarget(url.pathname, pathPrefix(issuer));
  if (path.startsWith('//') || /^\/sign-(?:in|out)(?:\/|$)/.test(path)) return undefined;
  return `${publicPath(issuer, path)}${url.search}`;
}
