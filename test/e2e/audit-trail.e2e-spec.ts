import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argumentDigest } from '../../src/audit/argument-digest.js';
import { Verification } from '../../src/audit/verify/verification.js';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { configuredAuditKeys } from '../../src/roles/configured-audit.js';
import type { GatehouseConfig } from '../../src/config/gatehouse-config.js';
import { formOf, SimpleBrowser } from '../support/browser.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { freshCode, INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import type { WrittenEvent } from '../support/memory-audit.js';

const REQUIRED = [
  'activity_id',
  'category_uid',
  'class_uid',
  'metadata',
  'severity_id',
  'status_id',
  'time',
  'type_uid',
];

describe.each(DEPLOYMENTS)('The audit trail, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  const last = async (event: string): Promise<WrittenEvent> => {
    const found = (await gatehouse.audited(event)).at(-1);
    if (!found) throw new Error(`there is no ${event}`);
    return found;
  };

  it('has the start of every process, its settings as a digest, and the keys that were made', async () => {
    const started = await gatehouse.audited('server.started');
    expect(started).toHaveLength(gatehouse.instances.length);
    expect(started[0]).toMatchObject({
      class_uid: 6002,
      activity_id: 3,
      app: { name: 'Gatehouse' },
      unmapped: { public_url: gatehouse.proxy, configuration_digest: expect.stringMatching(/^hmac-sha256:/) },
    });
    expect(await gatehouse.audited('signing_key.created')).toMatchObject([
      { class_uid: 3004, activity_id: 1, entity: { type: 'Signing key', uid: expect.any(String) } },
      { class_uid: 3004 },
    ]);
  });

  it('has a flow from the grant to its end: grant, code, token, refresh, revocation', async () => {
    const tokens = await tokenFor(gatehouse.proxy, 'mcp:tools:read mcp:tools:execute');
    const made = await last('grant.created');
    expect(made).toMatchObject({
      class_uid: 3004,
      type_uid: 300401,
      actor: { app_uid: INSPECTOR.clientId, user: { uid: 'dev_user_123' } },
      src_endpoint: { ip: '127.0.0.1' },
      http_request: { uid: expect.any(String) },
      unmapped: { scopes: ['mcp:tools:read', 'mcp:tools:execute'] },
    });
    const { grant_id: grantId } = made.unmapped;
    for (const [event, fields] of [
      ['authorization_code.issued', { class_uid: 3002, activity_id: 99 }],
      ['token.issued', { class_uid: 3002, activity_id: 3 }],
    ] as const)
      expect(await last(event)).toMatchObject({ ...fields, status_id: 1, unmapped: { grant_id: grantId } });
    const refreshed = await redeem(gatehouse.proxy, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id: INSPECTOR.clientId,
    });
    const { refresh_token: token } = (await refreshed.json()) as { refresh_token: string };
    expect(await last('token.refreshed')).toMatchObject({ activity_id: 5, unmapped: { grant_id: grantId } });
    await fetch(`${gatehouse.proxy}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: INSPECTOR.clientId }),
    });
    expect(await last('token.revoked')).toMatchObject({
      class_uid: 3004,
      activity_id: 4,
      entity: { type: 'Token', uid: 'RefreshToken' },
      user: { uid: 'dev_user_123' },
      unmapped: { grant_id: grantId },
    });
    expect(await last('grant.revoked')).toMatchObject({
      status_detail: 'client_asked',
      unmapped: { grant_id: grantId },
    });
  });

  it('has what users do on pages: sign-in, consent given and denied, the end of a grant, sign-out', async () => {
    const browser = new SimpleBrowser();
    const ask = async (decision: 'allow' | 'deny'): Promise<void> => {
      const url = new URL('/authorize', gatehouse.proxy);
      url.search = new URLSearchParams({
        response_type: 'code',
        client_id: INSPECTOR.clientId,
        redirect_uri: INSPECTOR.redirectUri,
        scope: 'mcp:tools:read',
        prompt: 'consent',
        code_challenge: createPkcePair().codeChallenge,
        code_challenge_method: 'S256',
      }).toString();
      const page = await browser.open(url.href);
      const { action, fields } = formOf(await page.text());
      await browser.submit(new URL(action, gatehouse.proxy).href, {
        ...fields,
        'scope:mcp:tools:read': 'on',
        decision,
      });
    };
    await ask('deny');
    expect(await last('consent.denied')).toMatchObject({
      class_uid: 3003,
      status_id: 2,
      privileges: ['mcp:tools:read'],
      user: { uid: 'dev_user_123' },
    });
    await ask('allow');
    expect(await last('sign_in.succeeded')).toMatchObject({
      class_uid: 3002,
      activity_id: 1,
      user: { uid: 'dev_user_123' },
    });
    expect(await last('consent.given')).toMatchObject({ class_uid: 3003, type_uid: 300301, status_id: 1 });
  });

  it('has what was refused, by whom and why: codes, clients, registrations, introspection', async () => {
    const { code } = await freshCode(gatehouse.proxy);
    await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code,
      client_id: INSPECTOR.clientId,
      code_verifier: createPkcePair().codeVerifier,
    });
    expect(await last('token.refused')).toMatchObject({
      class_uid: 3002,
      status_id: 2,
      severity_id: 2,
      status_detail: 'invalid_grant',
      actor: { app_uid: INSPECTOR.clientId },
      unmapped: { grant_type: 'authorization_code' },
    });
    await fetch(`${gatehouse.proxy}/authorize?client_id=nobody&response_type=code`);
    expect(await last('authorization.refused')).toMatchObject({
      class_uid: 3003,
      status_detail: 'invalid_client',
    });
    const register = (body: object): Promise<Response> =>
      fetch(`${gatehouse.proxy}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await register({ redirect_uris: ['javascript:alert(1)'] });
    expect(await last('client.registration_refused')).toMatchObject({ class_uid: 3004, status_id: 2 });
    await register({ redirect_uris: ['https://app.example.com/cb'], client_name: 'An app' });
    expect(await last('client.registered')).toMatchObject({
      class_uid: 3004,
      activity_id: 1,
      entity: { type: 'Client' },
      unmapped: { client_name: 'An app', redirect_hosts: ['app.example.com'] },
    });
    await fetch(`${gatehouse.proxy}/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token: 'x' }),
    });
    expect(await last('introspection.refused')).toMatchObject({ class_uid: 3002, status_id: 2 });
  });

  it('has every MCP operation: who, by which client and grant, what, by which rule, for how long, with which arguments', async () => {
    const { access_token: token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read mcp:tools:execute');
    const { grant } = (await last('grant.created')).unmapped;
    const args = { b: 2, a: 40.5 };
    const answer = await rpc(gatehouse.mcpUrl, 'tools/call', {
      token,
      params: { name: 'subtract', arguments: args },
    });
    expect(answer.status).toBe(200);
    const called = await last('mcp.operation');
    const [key] = configuredAuditKeys(gatehouse.instances[0]?.config as GatehouseConfig);
    expect(called).toMatchObject({
      class_uid: 6003,
      actor: {
        app_uid: INSPECTOR.clientId,
        authorizations: [{ decision: 'allowed', policy: { name: 'declared-scopes' } }],
        session: {
          issuer: gatehouse.proxy,
          uid: grant,
          credential_uid: expect.stringMatching(/^[\w-]{22}$/),
        },
        user: { uid: 'dev_user_123', type_id: 1 },
      },
      api: { operation: 'tools/call', version: '2026-07-28' },
      duration: expect.any(Number),
      http_request: { uid: answer.headers.get('x-request-id') },
      resources: [{ type: 'tool', name: 'subtract' }],
      src_endpoint: { ip: '127.0.0.1' },
      status_code: 'ok',
      status_id: 1,
      unmapped: { outcome: 'ok', arguments_digest: argumentDigest({ a: 40.5, b: 2 }, key) },
    });
    expect((await gatehouse.auditLines()).join('')).not.toContain('40.5');
  });

  it('has operations that were denied, failed or made up, with names cut and cleaned', async () => {
    const { access_token: token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    await rpc(gatehouse.mcpUrl, 'tools/call', { token, params: { name: 'add', arguments: { a: 1, b: 2 } } });
    expect(await last('mcp.operation')).toMatchObject({
      severity_id: 2,
      status_id: 2,
      status_code: 'denied',
      actor: { authorizations: [{ decision: 'denied', policy: { name: 'declared-scopes' } }] },
    });
    const evil = `\u202eevil\n"method${'x'.repeat(5_000)}`;
    await rpc(gatehouse.mcpUrl, 'x/y', { token, version: '2025-11-25' });
    await fetch(gatehouse.mcpUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: evil, params: { secret: 'hidden' } }),
    });
    const unknown = await last('mcp.operation');
    expect(unknown).toMatchObject({
      status_code: '-32601',
      actor: { authorizations: [{ decision: 'denied', policy: { name: 'method-not-found' } }] },
    });
    const { operation } = unknown['api'] as { operation: string };
    expect(operation).toMatch(/^evil "methodx+…$/);
    expect(operation.length).toBeLessThanOrEqual(64);
  });

  it('has tokens that were refused, with the reason and without the token, the first at once and others as a number', async () => {
    const { access_token: token } = await tokenFor(gatehouse.proxy);
    const forged = token.replace(/.(?=.{10}$)/, (character) => (character === 'A' ? 'B' : 'A'));
    for (let attempt = 0; attempt < 3; attempt++)
      await rpc(gatehouse.mcpUrl, 'tools/list', { token: forged });
    const refused = await gatehouse.audited('access_token.refused');
    const signature = refused.filter((event) => event['status_detail'] === 'signature');
    expect(signature).toMatchObject([
      { class_uid: 3002, activity_id: 99, activity_name: 'Access Token Verification', status_id: 2 },
    ]);
    expect((await gatehouse.auditLines()).join('')).not.toContain(token.split('.')[1]);
  });

  it('has the fields that every OCSF event has, and is intact, with one chain for each process', async () => {
    const lines = await gatehouse.auditLines();
    for (const line of lines)
      expect(Object.keys(JSON.parse(line) as object)).toEqual(expect.arrayContaining(REQUIRED));
    for (const event of await gatehouse.audited()) {
      const { class_uid: classUid, activity_id: activity, type_uid: type, category_uid: category } = event;
      expect(type).toBe(classUid * 100 + Number(activity));
      expect(category).toBe(Math.floor(classUid / 1000));
    }
    const verification = new Verification({
      keys: configuredAuditKeys(gatehouse.instances[0]?.config as GatehouseConfig),
    });
    for (const line of lines) verification.line(line, 'line');
    const { problems, unknown, chains } = verification.report();
    expect({ problems, unknown }).toEqual({ problems: [], unknown: [] });
    expect(chains).toHaveLength(gatehouse.instances.length);
  });
});
