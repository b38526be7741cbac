import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLOW_REASONS } from '../../src/authorization-server/flows/flow-reason.js';
import { flowCommand } from '../../src/cli/commands/flow.command.js';
import type { Operator } from '../../src/cli/operator.js';
import type { Database } from '../../src/storage/schema.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import {
  authorize,
  callbackParameters,
  freshCode,
  INSPECTOR,
  redeem,
  tokenFor,
} from '../support/oauth-flow.js';
import { rpc } from '../support/mcp-client.js';
import { rawHttp } from '../support/raw-http.js';
import { openTestDatabase } from '../support/test-database.js';

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const TROUBLESHOOTING = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');

describe('docs/troubleshooting.md', () => {
  it('has every reason, with what to do, and no other', () => {
    const table = TROUBLESHOOTING.slice(TROUBLESHOOTING.indexOf('## Every reason'));
    const rows = [...table.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, reason, advice]) => [
      reason,
      advice,
    ]);
    expect(Object.fromEntries(rows)).toEqual(FLOW_REASONS);
  });
});

describe('The timeline of a flow, on two servers that share a database', () => {
  let first: TestGatehouse;
  let second: TestGatehouse;
  let database: Database;

  beforeAll(async () => {
    first = await testGatehouse();
    second = await testGatehouse({
      dataDirectory: first.dataDirectory,
      variables: { PUBLIC_URL: first.proxy },
    });
    database = await openTestDatabase(first.dataDirectory);
  });

  afterAll(async () => {
    await database.destroy();
    await second.stop();
    await first.stop();
  });

  const referenceOf = (response: Response): string => response.headers.get('x-request-id') ?? '';

  /** What an operator sees. */
  const show = (reference: string): Promise<string> =>
    flowCommand(['show', reference], { database } as Operator).catch((error: unknown) => String(error));

  /** As soon as it has been written. */
  const shows = async (reference: string, ...expected: (string | RegExp)[]): Promise<void> => {
    for (const one of expected) await expect.poll(() => show(reference)).toMatch(one);
  };

  const tokenRequest = (code: string, more: Record<string, string>): Promise<Response> =>
    redeem(second.proxy, {
      grant_type: 'authorization_code',
      code,
      client_id: INSPECTOR.clientId,
      redirect_uri: INSPECTOR.redirectUri,
      ...more,
    });

  const asked = (changes: Record<string, string>): Promise<Response> =>
    authorize(first.proxy, {
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: INSPECTOR.redirectUri,
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...changes,
    });

  it('leads from the token answer of one server to the authorization request at the other', async () => {
    const { code, codeVerifier } = await freshCode(first.proxy);
    const response = await tokenRequest(code, { code_verifier: codeVerifier });
    expect(response.status).toBe(200);
    await shows(
      referenceOf(response),
      /^Application: MCP Inspector$/m,
      /authorization request +ok/,
      /code +ok/,
      /token request +ok/,
      'It was completed',
    );
  });

  it('says that PKCE failed, and what the client does wrong', async () => {
    const { code } = await freshCode(first.proxy);
    const response = await tokenRequest(code, { code_verifier: 'x'.repeat(43) });
    expect(response.status).toBe(400);
    expect(TROUBLESHOOTING).toContain(await response.text());
    await shows(
      referenceOf(response),
      /authorization request +ok/,
      /token request +failed +pkce_failed/,
      'It stopped at the token request: pkce_failed\ncode_verifier does not fit code_challenge',
    );
  });

  it('says that a code was used before', async () => {
    const { code, codeVerifier } = await freshCode(first.proxy);
    await tokenRequest(code, { code_verifier: codeVerifier });
    const again = await tokenRequest(code, { code_verifier: codeVerifier });
    expect(again.status).toBe(400);
    expect(TROUBLESHOOTING).toContain(await again.text());
    await shows(referenceOf(again), /token request +ok/, /token request +failed +code_used/);
  });

  it.each([
    ['a client that nobody knows', { client_id: 'nobody' }, 'client_unknown'],
    ['an address that is not registered', { redirect_uri: 'https://elsewhere.example/' }, 'redirect_uri'],
    ['no PKCE', { code_challenge: '' }, 'pkce_missing'],
    ['a scope that does not exist', { scope: 'mcp:everything' }, 'invalid_scope'],
    ['another resource', { resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
  ])('names the reason for %s', async (_what, changes, reason) => {
    const reference = referenceOf(await asked(changes));
    await expect
      .poll(() => show(reference))
      .toContain(`It stopped at the authorization request: ${reason}\n`);
  });

  it.each([
    ['a path where nothing is', '/well-known/oauth-protected-resource', {}],
    ['a Host of somebody else', '/.well-known/oauth-protected-resource', { host: 'gate.example.com' }],
  ])('and troubleshooting.md shows what comes back for %s', async (_what, path, headers) => {
    const lines = [
      'GET ' + path + ' HTTP/1.1',
      ...Object.entries({ host: new URL(first.proxy).host, ...headers }).map(
        ([name, value]) => `${name}: ${value}`,
      ),
      'connection: close',
      '',
      '',
    ];
    const answer = await rawHttp(first.proxy, lines.join('\r\n'));
    const body = /\{.*\}/.exec(answer)?.[0] ?? 'nothing';
    expect(TROUBLESHOOTING).toContain(body);
  });

  it('and troubleshooting.md shows what comes back where a scope is missing', async () => {
    const { access_token: token } = await tokenFor(first.proxy, 'mcp:tools:read');
    const response = await rpc(first.mcpUrl, 'resources/list', { token, version: '2025-11-25' });
    expect(TROUBLESHOOTING).toContain(await response.text());
  });

  it('says that the code was not redeemed', async () => {
    const response = await asked({});
    expect(callbackParameters(response).get('code')).toBeTruthy();
    await shows(referenceOf(response), 'has not redeemed it yet');
  });

  it('knows nothing of what never was', async () => {
    expect(await show('never-was')).toContain('nothing is known of never-was');
  });

  it('holds no code', async () => {
    const { code } = await freshCode(first.proxy);
    await expect
      .poll(async () => (await database.selectFrom('flow_event').selectAll().execute()).length)
      .toBeGreaterThan(3);
    const rows = await database.selectFrom('flow_event').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(code);
  });
});
