import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { externalGatehouse } from '../support/external-gatehouse.js';
import { DEPLOYMENTS, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { ScriptedProvider } from '../support/scripted-provider.js';

describe.each(DEPLOYMENTS)('AUTHORIZATION=external, %s', (deployment) => {
  let provider: ScriptedProvider;
  let other: ScriptedProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    provider = await ScriptedProvider.start({ path: '/realms/acme' });
    other = await ScriptedProvider.start();
    gatehouse = await externalGatehouse(
      [
        { id: 'acme', issuer: provider.issuer },
        { id: 'other', issuer: other.issuer, jwksUrl: other.jwksUrl, advertised: false },
      ],
      { deployment },
    );
  });

  afterAll(async () => {
    await gatehouse.stop();
    await Promise.all([provider.stop(), other.stop()]);
  });

  it('accepts the tokens of each issuer', async () => {
    for (const issuer of [provider, other]) {
      const token = await issuer.token(gatehouse.mcpUrl);
      expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
    }
  });

  it('sends clients to the issuers that are advertised', async () => {
    const response = await fetch(`${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp`);
    expect(await response.json()).toMatchObject({
      resource: gatehouse.mcpUrl,
      authorization_servers: [provider.issuer],
    });
    const challenge = await rpc(gatehouse.mcpUrl, 'tools/list');
    expect(challenge.status).toBe(401);
    expect(challenge.headers.get('www-authenticate')).toContain('/.well-known/oauth-protected-resource/mcp');
  });

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/openid-configuration',
    '/.well-known/openid-configuration/mcp',
    '/mcp/.well-known/openid-configuration',
  ])('mirrors the metadata of the first issuer at %s, for clients that look there', async (path) => {
    const response = await fetch(`${gatehouse.proxy}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({ issuer: provider.issuer, jwks_uri: provider.jwksUrl });
  });

  it.each([
    '/authorize',
    '/token',
    '/register',
    '/.well-known/jwks.json',
    '/',
    '/internal/revocations',
    '/par',
  ])('has nothing at %s', async (path) => {
    const response = await fetch(`${gatehouse.proxy}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'not_found' });
  });

  it('is ready, without an authorization server and without a list of revocations', async () => {
    for (const management of gatehouse.management) {
      const response = await fetch(`${management}/health/ready`);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain('revocations');
    }
  });

  it('says in its metrics how old the keys of each issuer are', async () => {
    const texts = await Promise.all(
      gatehouse.management.map(async (url) => (await fetch(`${url}/metrics`)).text()),
    );
    const text = texts.join('');
    expect(text).toMatch(/gatehouse_issuer_keys_age_seconds\{issuer="acme"\} \d/);
    expect(text).toMatch(/gatehouse_issuer_keys_age_seconds\{issuer="other"\} \d/);
    expect(text).toContain('gatehouse_jwks_refresh_total{issuer="acme",result="ok"} 1');
    expect(text).toContain(
      'gatehouse_issuer_requests_total{issuer="acme",request="discovery",outcome="timeout"} 0',
    );
  });
});

describe('trusted issuers beside our own', () => {
  it('are accepted, and advertised behind our own', async () => {
    const provider = await ScriptedProvider.start();
    const gatehouse = await externalGatehouse([{ id: 'acme', issuer: provider.issuer }], {
      variables: { AUTHORIZATION: 'own' },
    });
    try {
      const token = await provider.token(gatehouse.mcpUrl);
      expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
      const response = await fetch(`${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp`);
      expect(await response.json()).toMatchObject({
        authorization_servers: [gatehouse.proxy, provider.issuer],
      });
    } finally {
      await gatehouse.stop();
      await provider.stop();
    }
  });
});
