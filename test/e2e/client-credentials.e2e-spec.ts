import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertingClient, type AssertingClient } from '../support/client-assertion.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { tokenFor } from '../support/oauth-flow.js';

const SECRET = 'a secret of the nightly job, long enough';

describe('Client credentials (RFC 6749 section 4.4)', () => {
  let folder: string;
  let gatehouse: TestGatehouse;
  let signing: AssertingClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-service-'));
    signing = await assertingClient('signing-job');
    const scopes = ['mcp:tools:read', 'mcp:tools:execute'];
    const clients = [
      {
        clientId: 'nightly-job',
        clientName: 'Nightly job',
        grantTypes: ['client_credentials'],
        tokenEndpointAuthMethod: 'client_secret_basic',
        clientSecretEnv: 'NIGHTLY_JOB_SECRET',
        scopes,
      },
      {
        clientId: 'signing-job',
        clientName: 'Signing job',
        grantTypes: ['client_credentials'],
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks: { keys: [signing.publicJwk] },
        scopes,
      },
      { clientId: 'dev_user_123', clientName: 'Named like a user', redirectUris: ['http://127.0.0.1/cb'] },
    ];
    await writeFile(join(folder, 'gatehouse.yaml'), JSON.stringify({ clients }));
    gatehouse = await testGatehouse({
      variables: {
        GATEHOUSE_CONFIG_FILE: join(folder, 'gatehouse.yaml'),
        NIGHTLY_JOB_SECRET: SECRET,
        // More assertions are refused here within a minute than one address may try.
        RATE_LIMITS: 'false',
      },
    });
  });
  afterAll(async () => {
    await gatehouse.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (parameters: Record<string, string>, secret?: string): Promise<Response> =>
    fetch(new URL('/token', gatehouse.proxy), {
      method: 'POST',
      headers:
        secret === undefined
          ? {}
          : { authorization: `Basic ${btoa(`nightly-job:${encodeURIComponent(secret)}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
    });
  const asJob = (parameters: Record<string, string> = {}): Promise<Response> => ask(parameters, SECRET);

  it('gives a service account a token for the scopes that it may have, and no refresh token', async () => {
    const response = await asJob({ resource: gatehouse.mcpUrl });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const token = (await response.json()) as { access_token: string };
    expect(token).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'mcp:tools:read mcp:tools:execute',
    });
    expect(decodeJwt(token.access_token)).toMatchObject({
      iss: gatehouse.proxy,
      aud: gatehouse.mcpUrl,
      sub: 'nightly-job',
      client_id: 'nightly-job',
    });
    const list = await rpc(gatehouse.mcpUrl, 'tools/list', { token: token.access_token });
    expect(list.status).toBe(200);
    const denied = await rpc(gatehouse.mcpUrl, 'resources/list', { token: token.access_token });
    expect(denied.status).toBe(403);
  });

  it('gives as little as was asked for', async () => {
    expect(await (await asJob({ scope: 'mcp:tools:read' })).json()).toMatchObject({
      scope: 'mcp:tools:read',
    });
  });

  it('takes an assertion that the client signed, and it works once', async () => {
    const assertion = await signing.assertion(gatehouse.proxy);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(assertion)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.find(({ status }) => status !== 200);
    expect(refused?.status).toBe(401);
    expect(await refused?.json()).toMatchObject({ error: 'invalid_client' });
  });

  it('takes an assertion for the token endpoint as well', async () => {
    expect((await ask(await signing.assertion(`${gatehouse.proxy}/token`))).status).toBe(200);
  });

  it.each([
    ['for another server', async () => signing.assertion('https://other.example.com')],
    ['that has expired', async () => signing.assertion(gatehouse.proxy, { exp: 1_000_000_000 })],
    [
      'that lives for hours',
      async () => signing.assertion(gatehouse.proxy, { exp: Math.floor(Date.now() / 1000) + 7_200 }),
    ],
    ['without an end', async () => signing.assertion(gatehouse.proxy, { exp: undefined as never })],
    ['without a jti', async () => signing.assertion(gatehouse.proxy, { jti: undefined as never })],
    ['of another issuer', async () => signing.assertion(gatehouse.proxy, { iss: 'nightly-job' })],
    ['about another client', async () => signing.assertion(gatehouse.proxy, { sub: 'nightly-job' })],
    ['with another key', async () => (await assertingClient('signing-job')).assertion(gatehouse.proxy)],
    [
      'of another client',
      async () => ({ ...(await signing.assertion(gatehouse.proxy)), client_id: 'nightly-job' }),
    ],
  ])('refuses an assertion %s', async (_what, assertion) => {
    const response = await ask(await assertion());
    expect([400, 401]).toContain(response.status);
    expect(await response.json()).not.toHaveProperty('access_token');
  });

  it.each([
    ['a wrong secret', () => ask({}, 'wrong'), 401, 'invalid_client'],
    ['no secret', () => ask({ client_id: 'nightly-job' }), 401, 'invalid_client'],
    ['a public client', () => ask({ client_id: 'mcp-inspector-client' }), 400, 'unauthorized_client'],
    ['a scope that it may not have', () => asJob({ scope: 'mcp:resources:read' }), 400, 'invalid_scope'],
    ['a scope that nobody knows', () => asJob({ scope: 'root' }), 400, 'invalid_scope'],
    [
      'a resource of somebody else',
      () => asJob({ resource: 'https://other.example.com' }),
      400,
      'invalid_target',
    ],
  ])('refuses %s', async (_what, request, status, error) => {
    const response = await request();
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status,
      error,
    });
  });

  it('is seen as a service account, in the token and in the audit trail, and never taken for a user', async () => {
    const { access_token: service } = (await (await asJob()).json()) as { access_token: string };
    const { access_token: user } = await tokenFor(gatehouse.proxy);
    const marks = [service, user].map((token) =>
      Object.entries(decodeJwt(token)).filter(([, value]) => value === true),
    );
    expect(marks.map(({ length }) => length)).toEqual([1, 0]);
    const issued = await gatehouse.audited('token.issued');
    expect(issued.at(-2)).toMatchObject({
      user: { uid: 'nightly-job' },
      unmapped: { service_account: true },
    });
    expect(issued.at(-1)).toMatchObject({
      user: { uid: 'dev_user_123' },
      unmapped: { service_account: false },
    });
    expect(gatehouse.log() + (await gatehouse.auditLines()).join('\n')).not.toContain(SECRET);
  });
});
