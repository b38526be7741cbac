/** Follows an authorization URL as a script does, up to and including the client's own callback. */
export async function approve(url: string): Promise<void> {
  const response = await fetch(url, { headers: { accept: '*/*' } });
  await response.text();
  if (!response.ok) throw new Error(`${response.status} at ${response.url}`);
}

/** What the authorization server sends to the callback, which nobody visits: follows redirects within its own origin only. */
export async function callbackOf(authorizationUrl: URL, redirectUrl: string): Promise<URLSearchParams> {
  for (let url = authorizationUrl; ;) {
    const response = await fetch(url, { redirect: 'manual', headers: { accept: '*/*' } });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${response.status} without a redirect: ${await response.text()}`);
    url = new URL(location, url);
    if (`${url.origin}${url.pathname}` === redirectUrl) return url.searchParams;
    if (url.origin !== authorizationUrl.origin) throw new Error(`sent to ${url.href}, not to ${redirectUrl}`);
  }
}
