import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formOf, SimpleBrowser } from '../support/browser.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorizationUrl, press } from '../support/upstream-sign-in.js';

/** Longer and deeper than anybody means: what a parser, a stack or a column of PostgreSQL would stumble over. */
describe('Values that are made to break something', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  const register = (body: string | Buffer<ArrayBuffer>, type = 'application/json'): Promise<Response> =>
    fetch(`${gatehouse.proxy}/register`, { method: 'POST', headers: { 'content-type': type }, body });

  it.each(['redirect_uris', 'client_name', 'grant_types', 'client_uri'])(
    'are refused in a registration: %s nested 20,000 deep',
    async (member) => {
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      const answer = await register(`{"redirect_uris":["https://a.example/"],"${member}":${deep}}`);
      expect(answer.status).toBe(400);
      const { error } = (await answer.json()) as { error: string };
      expect(error).toBe(member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata');
    },
  );

  it.each([
    ['a host', `https://${'a'.repeat(900)}.example/callback`],
    ['a scheme', `${'com.a'.repeat(150)}:/callback`],
  ])('are refused in a registration: %s that fits into no column', async (_what, uri) => {
    const answer = await register(JSON.stringify({ redirect_uris: [uri] }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_redirect_uri' });
  });

  it.each<[string, BufferEncoding, string]>([
    ['application/json; charset=utf-16le', 'utf16le', ''],
    ['application/json; charset=utf-8', 'utf8', '\ufeff'],
  ])('in a registration as %s, %s, get past no check', async (type, encoding, mark) => {
    const metadata = { redirect_uris: ['javascript:alert(1)'], application_type: 'native' };
    const answer = await register(Buffer.from(mark + JSON.stringify(metadata), encoding), type);
    expect(answer.status).toBe(400);
  });

  it.each([
    ['a NUL', '\0'],
    ['a NUL inside', 'a\0b'],
    ['20,000 characters', 'a'.repeat(20_000)],
    ['a name of every object', '__proto__'],
  ])('end no grant and break nothing as the grant_id of a form: %s', async (_what, grantId) => {
    const browser = new SimpleBrowser();
    const page = await (await browser.open(authorizationUrl(gatehouse))).text();
    await press(browser, gatehouse.proxy, page, 'allow');
    const { fields } = formOf(await (await browser.get(`${gatehouse.proxy}/account`)).text());
    const form = { csrf_token: String(fields['csrf_token']), grant_id: grantId };
    const answer = await browser.submit(`${gatehouse.proxy}/account/revoke`, form);
    expect(answer.status).toBe(303);
  });

  it('have left nothing in the log that is our fault', () => {
    expect(gatehouse.log()).not.toMatch(/"level":"(error|fatal)"/);
  });
});
