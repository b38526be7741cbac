/** Follows an authorization URL as a script does, up to and including the client's own callback. */
export async function approve(url: string): Promise<void> {
  const response = await fetch(url, { headers: { accept: '*/*' } });
  await response.text();
  if (!response.ok) throw new Error(`${response.status} at ${response.url}`);
}

/** What the authorization server sends to the callback, which nobody visits. */
export async function callbackOf(url: URL): Promise<URLSearchParams> {
  const response = await fetch(url, { redirect: 'manual', headers: { accept: '*/*' } });
  const callback = new URL(response.headers.get('location') ?? '');
  if (!callback.searchParams.has('code')) throw new Error(`no code in ${callback.href}`);
  return callback.searchParams;
}
