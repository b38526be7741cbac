import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentHost, type DocumentHost } from '../support/document-host.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { approve } from './approve.js';
import { Inspector } from './inspector.js';

describe('MCP Inspector 2.12 with a Client ID Metadata Document', () => {
  let host: DocumentHost;
  let gatehouse: TestGatehouse;
  let inspector: Inspector;

  beforeAll(async () => {
    host = await documentHost();
    host.json('/inspector.json', {
      client_id: `${host.origin}/inspector.json`,
      client_name: 'MCP Inspector',
      redirect_uris: ['http://127.0.0.1:6276/oauth/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    });
    gatehouse = await testGatehouse({ variables: { DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: 'true' } });
    inspector = await Inspector.create(gatehouse.mcpUrl, 'modern');
  });

  afterAll(async () => {
    await inspector.remove();
    await gatehouse.stop();
    await host.stop();
  });

  it('is known by the URL of its document, and registers nowhere', async () => {
    let asked = new URLSearchParams();
    const visit = (url: string): Promise<void> => {
      asked = new URL(url).searchParams;
      return approve(url);
    };
    const clientId = `${host.origin}/inspector.json`;
    const { exitCode, output } = await inspector.authorize(
      visit,
      '--client-metadata-url',
      clientId,
      '--method',
      'tools/list',
    );
    expect(exitCode, output).toBe(0);
    expect(output).toContain('factorial');
    expect(asked.get('client_id')).toBe(clientId);
    expect(host.asked.get('/inspector.json')).toBe(1);
    expect(gatehouse.log()).not.toContain('client registered');
  });
});
