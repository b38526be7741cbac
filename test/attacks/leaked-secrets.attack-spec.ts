import { describe, expect, it } from 'vitest';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { SimpleBrowser } from '../support/browser.js';
import { TestIdentityProvider, UPSTREAM_CLIENT } from '../support/identity-provider.js';
import { rpc } from '../support/mcp-client.js';
import { callbackParameters, freshCode, INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import { SecretCollector } from '../support/secret-collector.js';
import { NIGHTLY_JOB, RESOURCE_SERVER, serviceGatehouse } from '../support/service-clients.js';
import { openTestDatabase, stolenDatabase } from '../support/test-database.js';
import { startTraceCollector } from '../support/trace-collector.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { authorizationUrl, entryFor, openIdGatehouse, signIn, tokenOf } from '../support/upstream-sign-in.js';

const STATE_SECRET = 'what seals the state of MCP requests';

/** Everything that is kept or told of a Gatehouse, in clear. Stops it. */
async function everythingSaidBy(gatehouse: TestGatehouse): Promise<Record<string, string>> {
  const metrics = await Promise.all(
    gatehouse.management.flatMap((origin) => [
      fetch(`${origin}/metrics`).then((response) => response.text()),
      fetch(`${origin}/metrics`, { headers: { accept: 'application/openmetrics-text' } }).then((response) =>
        response.text(),
      ),
    ]),
  );
  const database = await openTestDatabase(gatehouse.dataDirectory);
  // What is written behind the requests shall be there too.
  await expect
    .poll(async () => (await database.selectFrom('flow_event').selectAll().execute()).length)
    .toBeGreaterThan(0);
  const kept = await stolenDatabase(gatehouse.dataDirectory, database);
  await database.destroy();
  const trail = (await gatehouse.auditLines()).join('\n');
  expect(trail).toContain('"event_code":"token.refused"');
  await gatehouse.stop();
  return {
    'the log, with a line for each request': requestsIn(gatehouse.log()),
    'the audit trail': trail,
    metrics: metrics.join('\n'),
    'the database': kept,
  };
}

function requestsIn(log: string): string {
  expect(log).toContain('"msg":"request"');
  return log;
}

/** What of all this was found where. */
function found(said: Readonly<Record<string, string>>, secrets: readonly string[]): string[] {
  expect(secrets.length).toBeGreaterThan(10);
  return Object.entries(said).flatMap(([where, text]) => {
    expect(text.length, where).toBeGreaterThan(0);
    return secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`);
  });
}

describe('Secrets that leak', () => {
  it('do so nowhere when users sign in upstream, refresh, fail and leave', async () => {
    const idp = await TestIdentityProvider.start({ users: [{ sub: 'alice', groups: ['engineers'] }] });
    const traces = await startTraceCollector();
    const collector = new SecretCollector();
    collector.add(UPSTREAM_CLIENT.clientSecret, STATE_SECRET);
    try {
      const gatehouse = await openIdGatehouse([entryFor(idp)], {
        variables: {
          LOG_LEVEL: 'trace',
          MCP_STATE_SECRET: STATE_SECRET,
          OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint,
        },
      });
      idp.signedIn = 'alice';
      const browser = new SimpleBrowser();
      const answer = await signIn(browser, gatehouse, { scope: 'mcp:tools:read mcp:tools:execute' });
      const tokens = await tokenOf(gatehouse, answer);
      await tokenOf(gatehouse, answer).catch(() => undefined);
      await browser.open(`${gatehouse.proxy}/account`);
      await browser.open(`${gatehouse.proxy}/sign-out`);
      const refreshed = { grant_type: 'refresh_token', client_id: INSPECTOR.clientId };
      await redeem(gatehouse.proxy, { ...refreshed, refresh_token: tokens.refresh_token ?? '' });
      await redeem(gatehouse.proxy, { ...refreshed, refresh_token: `${tokens.refresh_token}x` });
      idp.refuse = 'access_denied';
      await signIn(new SimpleBrowser(), gatehouse);
      const token = tokens.access_token;
      await rpc(gatehouse.mcpUrl, 'tools/list', { token });
      await rpc(gatehouse.mcpUrl, 'tools/list', { token: `${token}x` });
      await rpc(`${gatehouse.mcpUrl}?access_token=${token}`, 'tools/list');
      await fetch(`${gatehouse.proxy}/authorize?code=${callbackParameters(answer).get('code') ?? ''}`);
      await fetch(authorizationUrl(gatehouse, { redirect_uri: 'https://elsewhere.example/' }));
      const said = await everythingSaidBy(gatehouse);
      const everything = { ...said, traces: traces.received.join(), refusals: collector.refusals.join() };
      const secrets = collector.secrets.filter((secret) => !isFormToken(collector, secret));
      expect(found(everything, secrets)).toEqual([]);
    } finally {
      collector.stop();
      await traces.stop();
      await idp.down();
    }
  }, 60_000);

  it('do so nowhere when services authenticate, push requests, introspect, revoke and fail', async () => {
    const traces = await startTraceCollector();
    const collector = new SecretCollector();
    collector.add(NIGHTLY_JOB.secret, RESOURCE_SERVER.secret);
    try {
      const gatehouse = await serviceGatehouse({
        variables: { LOG_LEVEL: 'trace', OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint },
      });
      const post = (path: string, body: Record<string, string>, as?: typeof NIGHTLY_JOB): Promise<Response> =>
        fetch(new URL(path, gatehouse.proxy), {
          method: 'POST',
          body: new URLSearchParams(body),
          ...(as ? { headers: { authorization: basic(as.clientId, as.secret) } } : {}),
        });
      const grant = { grant_type: 'client_credentials', scope: 'mcp:tools:read' };
      await post('/token', grant, NIGHTLY_JOB);
      await post('/token', grant, { ...NIGHTLY_JOB, secret: 'a wrong secret that somebody guessed' });
      const assertion = await gatehouse.signing.assertion(`${gatehouse.proxy}/token`);
      await post('/token', { ...grant, ...assertion });
      await post('/token', { ...grant, ...assertion });
      const { access_token: token } = await tokenFor(gatehouse.proxy);
      await post('/introspect', { token }, RESOURCE_SERVER);
      await post('/revoke', { token, client_id: INSPECTOR.clientId });
      await post('/par', { client_id: INSPECTOR.clientId, response_type: 'code', code_challenge: 'short' });
      const { code } = await freshCode(gatehouse.proxy);
      await redeem(gatehouse.proxy, {
        grant_type: 'authorization_code',
        code,
        client_id: INSPECTOR.clientId,
        code_verifier: createPkcePair().codeVerifier,
      });
      const said = await everythingSaidBy(gatehouse);
      const everything = { ...said, traces: traces.received.join(), refusals: collector.refusals.join() };
      expect(found(everything, collector.secrets)).toEqual([]);
    } finally {
      collector.stop();
      await traces.stop();
    }
  }, 60_000);
});

/** A page that was refused may hold a new form, whose token is for whoever got the page. */
function isFormToken({ refusals }: SecretCollector, secret: string): boolean {
  return refusals.some((body) => body.includes(`name="csrf_token" value="${secret}"`));
}

function basic(clientId: string, secret: string): string {
  const encoded = [clientId, secret].map(encodeURIComponent).join(':');
  return `Basic ${Buffer.from(encoded).toString('base64')}`;
}
