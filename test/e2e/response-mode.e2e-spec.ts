import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorize, INSPECTOR } from '../support/oauth-flow.js';

describe.each(DEPLOYMENTS)('The way an answer reaches the client, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  const parameters = (changes: Record<string, string>): Record<string, string> => ({
    response_type: 'code',
    client_id: INSPECTOR.clientId,
    redirect_uri: INSPECTOR.redirectUri,
    code_challenge: createPkcePair().codeChallenge,
    code_challenge_method: 'S256',
    ...changes,
  });

  it.each([
    ['a code', {}],
    ['an error', { scope: 'unknown' }],
  ])(
    'is a page that nobody frames and that runs only its own script, for %s by form_post',
    async (_what, changes) => {
      const state = '"><script>alert(1)</script>';
      const answer = await authorize(
        gatehouse.proxy,
        parameters({ response_mode: 'form_post', state, ...changes }),
      );
      const text = await answer.text();
      const script = /<script>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
      const digest = createHash('sha256').update(script).digest('base64');
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy.split(/;\s*/)).toEqual([
        "default-src 'none'",
        `script-src 'sha256-${digest}'`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]);
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(text.match(/<script>/g)).toHaveLength(1);
      expect(text).toContain(`action="${INSPECTOR.redirectUri}"`);
    },
  );

  it('is a redirect with the state as it came, however long it is when it is encoded', async () => {
    const state = '"'.repeat(40_000);
    const pushed = await fetch(`${gatehouse.proxy}/par`, {
      method: 'POST',
      body: `${new URLSearchParams(parameters({})).toString()}&state=${state}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { request_uri } = (await pushed.json()) as { request_uri: string };
    const query = new URLSearchParams({ client_id: INSPECTOR.clientId, request_uri });
    const location = await redirectOf(`${gatehouse.proxy}/authorize?${query.toString()}`);
    expect(new URL(location).searchParams.get('state')).toBe(state);
  });
});

/** `fetch` reads no headers of that size. */
async function redirectOf(url: string): Promise<string> {
  const sent = request(url, { maxHeaderSize: 1_048_576 }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return String(response.headers.location);
}
