import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { freshCode, INSPECTOR, redeem, tokenFor, type TokenResponse } from '../support/oauth-flow.js';

/** What was revoked has to hold everywhere by then. */
const PROMISED_MS = 5_000;
const soon = { timeout: PROMISED_MS, interval: 50 };
const SCOPE = 'mcp:tools:read mcp:prompts:list';

const revoke = (origin: string, token: string): Promise<Response> =>
  fetch(new URL('/revoke', origin), {
    method: 'POST',
    body: new URLSearchParams({ token, client_id: INSPECTOR.clientId }),
  });
const statusOf = async (mcpUrl: string, token: string): Promise<number> => {
  const response = await rpc(mcpUrl, 'tools/list', { token });
  await response.body?.cancel();
  return response.status;
};

describe.each(DEPLOYMENTS)('A token that was revoked (RFC 7009), %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });
  afterAll(() => gatehouse.stop());

  const usable = (token: string) => statusOf(gatehouse.mcpUrl, token);

  it.each([
    ['the access token', (tokens: TokenResponse) => tokens.access_token],
    ['the refresh token', (tokens: TokenResponse) => tokens.refresh_token],
  ])('is refused though its signature is good and was cached, when %s was revoked', async (_what, which) => {
    const tokens = await tokenFor(gatehouse.proxy, SCOPE);
    const other = await tokenFor(gatehouse.proxy, SCOPE);
    expect(await usable(tokens.access_token)).toBe(200);
    expect((await revoke(gatehouse.proxy, which(tokens))).status).toBe(200);
    await vi.waitFor(async () => expect(await usable(tokens.access_token)).toBe(401), soon);
    const refused = await rpc(gatehouse.mcpUrl, 'tools/list', { token: tokens.access_token });
    expect(refused.headers.get('www-authenticate')).toContain(
      'error="invalid_token", error_description="The access token was revoked"',
    );
    expect(await usable(other.access_token)).toBe(200);
  });

  it('takes the tokens with it that the same grant got before and after', async () => {
    const first = await tokenFor(gatehouse.proxy, SCOPE);
    const { access_token: second } = (await (
      await redeem(gatehouse.proxy, {
        grant_type: 'refresh_token',
        refresh_token: first.refresh_token,
        client_id: INSPECTOR.clientId,
      })
    ).json()) as TokenResponse;
    expect([await usable(first.access_token), await usable(second)]).toEqual([200, 200]);
    await revoke(gatehouse.proxy, second);
    await vi.waitFor(
      async () => expect([await usable(first.access_token), await usable(second)]).toEqual([401, 401]),
      soon,
    );
  });

  it('is that of a code which somebody redeemed again', async () => {
    const { code, codeVerifier } = await freshCode(gatehouse.proxy, { scope: SCOPE });
    const parameters = {
      grant_type: 'authorization_code',
      code,
      code_verifier: codeVerifier,
      client_id: INSPECTOR.clientId,
    };
    const { access_token } = (await (await redeem(gatehouse.proxy, parameters)).json()) as TokenResponse;
    expect(await usable(access_token)).toBe(200);
    expect((await redeem(gatehouse.proxy, parameters)).status).toBe(400);
    await vi.waitFor(async () => expect(await usable(access_token)).toBe(401), soon);
  });

  it('ends the stream that was opened with it, with a farewell', async () => {
    const tokens = await tokenFor(gatehouse.proxy, SCOPE);
    const peer = await McpPeer.connect({
      url: gatehouse.mcpUrl,
      token: tokens.access_token,
      version: '2026-07-28',
    });
    const stream = new EventStreamReader(
      await peer.post('subscriptions/listen', { notifications: { promptsListChanged: true } }),
    );
    await stream.message();
    const ended = stream.rest();
    await revoke(gatehouse.proxy, tokens.refresh_token);
    const events = await within(PROMISED_MS, ended);
    expect(events.at(-1)?.message?.result).toMatchObject({ resultType: 'complete' });
  });

  it('ends the session that was opened with it, and its stream', async () => {
    const tokens = await tokenFor(gatehouse.proxy, SCOPE);
    const peer = await McpPeer.connect({
      url: gatehouse.mcpUrl,
      token: tokens.access_token,
      version: '2025-11-25',
    });
    const { sessionId } = peer;
    const stream = new EventStreamReader(
      await fetch(gatehouse.mcpUrl, {
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${tokens.access_token}`,
          'mcp-session-id': sessionId ?? '',
          'mcp-protocol-version': '2025-11-25',
        },
      }),
    );
    expect(stream.response.status).toBe(200);
    const ended = stream.rest();
    await revoke(gatehouse.proxy, tokens.refresh_token);
    await within(PROMISED_MS, ended);
    // The same user and client come back with a new grant: the session is gone for them too.
    const { access_token } = await tokenFor(gatehouse.proxy, SCOPE);
    const back = await fetch(gatehouse.mcpUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${access_token}`,
        'mcp-session-id': sessionId ?? '',
        'mcp-protocol-version': '2025-11-25',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/list' }),
    });
    expect(back.status).toBe(404);
  });

  it.each([
    '/internal/revocations',
    '/internal/revocations/',
    '/internal/revocations?since=0',
    '/INTERNAL/revocations',
    '//internal/revocations',
    '/%69nternal/revocations',
    '/internal%2Frevocations',
    '/x/../internal/revocations',
    '/internal',
  ])('is not told to the public: %s is not there', async (path) => {
    const response = await fetch(`${gatehouse.proxy}${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('revokedAt');
  });

  it('is told to MCP servers as a digest and times', async () => {
    const tokens = await tokenFor(gatehouse.proxy, SCOPE);
    await revoke(gatehouse.proxy, tokens.access_token);
    const response = await fetch(`${gatehouse.authorizationServer}/internal/revocations?since=0`);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).not.toContain(payloadOf(tokens.access_token).jti);
    const { revocations, more } = JSON.parse(text) as { revocations: object[]; more: boolean };
    expect(more).toBe(false);
    for (const revocation of revocations) {
      expect(revocation).toEqual({
        id: expect.stringMatching(/^[\w-]{22}$/) as string,
        revokedAt: expect.any(Number) as number,
        expiresAt: expect.any(Number) as number,
      });
    }
    expect(text).toContain(payloadOf(tokens.access_token).grant);
  });

  it.each(['since=-1', 'since=a', 'since=99999999999', `after=${'a'.repeat(65)}`, 'after=%27'])(
    'is not asked for with %s',
    async (query) => {
      const response = await fetch(`${gatehouse.authorizationServer}/internal/revocations?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_request' });
    },
  );
});

describe('A token that was revoked at another replica', () => {
  let first: TestGatehouse;
  let second: TestGatehouse;

  beforeAll(async () => {
    first = await testGatehouse();
    second = await testGatehouse({
      dataDirectory: first.dataDirectory,
      variables: { PUBLIC_URL: first.proxy },
    });
  });
  afterAll(async () => {
    await second.stop();
    await first.stop();
  });

  it('is refused by both, whichever was told', async () => {
    for (const [told, used] of [
      [first, second],
      [second, first],
    ] as const) {
      const tokens = await tokenFor(first.proxy, SCOPE);
      expect(await statusOf(first.mcpUrl, tokens.access_token)).toBe(200);
      expect(await statusOf(second.mcpUrl, tokens.access_token)).toBe(200);
      await revoke(told.proxy, tokens.refresh_token);
      await vi.waitFor(async () => {
        expect(await statusOf(told.mcpUrl, tokens.access_token)).toBe(401);
        expect(await statusOf(used.mcpUrl, tokens.access_token)).toBe(401);
      }, soon);
    }
  });

  it('is refused by one that is started afterwards', async () => {
    const tokens = await tokenFor(first.proxy, SCOPE);
    await revoke(first.proxy, tokens.refresh_token);
    const third = await testGatehouse({
      dataDirectory: first.dataDirectory,
      variables: { PUBLIC_URL: first.proxy },
    });
    try {
      expect(await statusOf(third.mcpUrl, tokens.access_token)).toBe(401);
    } finally {
      await third.stop();
    }
  });
});

describe('An authorization server that does not say what was revoked', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment: 'one process for each role' });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(() => gatehouse.stop());

  it('stops all requests after a minute, and none before; they go on by themselves', async () => {
    const { access_token } = await tokenFor(gatehouse.proxy, SCOPE);
    const ready = async (): Promise<number> =>
      (await fetch(`${gatehouse.management[1]}/health/ready`)).status;
    expect(await statusOf(gatehouse.mcpUrl, access_token)).toBe(200);
    const real = globalThis.fetch;
    vi.spyOn(globalThis, 'fetch').mockImplementation(withoutRevocations(real));
    expect(await statusOf(gatehouse.mcpUrl, access_token)).toBe(200);

    const clock = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + 61_000);
    const refused = await rpc(gatehouse.mcpUrl, 'tools/list', { token: access_token });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toEqual({
      error: 'temporarily_unavailable',
      error_description:
        'It cannot be known at the moment whether the access token was revoked; try again later',
    });
    expect(await ready()).toBe(503);
    await vi.waitFor(() => expect(said(gatehouse)).toHaveLength(1), soon);
    const metrics = await (await fetch(`${gatehouse.management[1]}/metrics`)).text();
    expect(Number(/^gatehouse_revocation_list_age_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(60);

    vi.mocked(globalThis.fetch).mockRestore();
    await vi.waitFor(async () => expect(await statusOf(gatehouse.mcpUrl, access_token)).toBe(200), soon);
    expect(await ready()).toBe(200);
    expect(said(gatehouse)).toHaveLength(1);
    expect(gatehouse.log()).toContain('it is known again which access tokens were revoked');
  });
});

function said(gatehouse: TestGatehouse): string[] {
  return gatehouse
    .log()
    .split('\n')
    .filter((line) => line.includes('it cannot be known which access tokens were revoked'));
}

function withoutRevocations(real: typeof fetch): typeof fetch {
  return (input, init) =>
    input instanceof URL && input.pathname === '/internal/revocations'
      ? Promise.reject(new TypeError('fetch failed'))
      : real(input, init);
}

async function within<Value>(milliseconds: number, pending: Promise<Value>): Promise<Value> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`not within ${milliseconds} ms`)), milliseconds).unref();
  });
  return Promise.race([pending, late]);
}

function payloadOf(jwt: string): { jti: string; grant: string } {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as {
    jti: string;
    grant: string;
  };
}
