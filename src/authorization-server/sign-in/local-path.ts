/** A path of one of our pages, as a query parameter names it; bounded, because it goes into a row. */
const LOCAL_PATH = /^\/[\w/.~%-]{0,256}(?:\?[\w/.~%=&+-]{0,512})?$/;

/**
 * A page of ours to go to after signing in, or undefined for everything that a browser might take for another site: `//host`,
 * `/\host`, a scheme, a control character (open redirect). Not the sign-in pages themselves.
 */
export function localPath(value: string | undefined, issuer: string): string | undefined {
  if (value === undefined || !LOCAL_PATH.test(value) || value.startsWith('//')) return undefined;
  const url = URL.parse(value, issuer);
  if (url?.origin !== new URL(issuer).origin || url.pathname.startsWith('//')) return undefined;
  return /^\/sign-(?:in|out)(?:\/|$)/.test(url.pathname) ? undefined : `${url.pathname}${url.search}`;
}
