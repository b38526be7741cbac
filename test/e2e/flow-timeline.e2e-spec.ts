import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowCommand } from '../../src/cli/commands/flow.command.js';
import type { Operator } from '../../src/cli/operator.js';
import type { Database } from '../../src/storage/schema.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorize, callbackParameters, freshCode, INSPECTOR, redeem } from '../support/oauth-flow.js';
import { openTestDatabase } from '../support/test-database.js';

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

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

  it('says that the code was not redeemed', async () => {
    const response = await asked({});
    expect(callbackParameters(response).get('code')).toBeTruthy();
    await shows(referenceOf(response), 'has not redeemed it yet');
  });

  it('knows nothing of what never was', async () => {
    expect(await show('never-was')).toMatch(/^No authorization flow .* with the id never-was\.$/m);
    expect(await show('never-was')).toContain('grep never-was');
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
