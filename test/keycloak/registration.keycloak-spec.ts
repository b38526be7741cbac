import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addresses, startBuilt, type BuiltGatehouse } from './gatehouse.js';
import { Realm } from './realm.js';
import { UserAgent } from './user-agent.js';

describe('MCP clients that register themselves at Keycloak', () => {
  let gatehouse: BuiltGatehouse;
  let closed: Realm;
  let open: Realm;

  beforeAll(async () => {
    const at = await addresses();
    closed = await Realm.prepare('closed', at.proxy);
    open = await Realm.prepare('open', at.proxy, '--registration-host', '127.0.0.1');
    gatehouse = await startBuilt(
      at,
      { trustedIssuers: [{ id: 'keycloak', preset: 'keycloak', issuer: open.issuer }] },
      { AUTHORIZATION: 'external' },
    );
  });

  afterAll(() => gatehouse.stop());

  it('are refused by its policy "Trusted Hosts" where that knows no host', async () => {
    const response = await fetch(`${closed.issuer}/clients-registrations/openid-connect`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1:49152/callback'] }),
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Trusted Hosts');
  });

  it('get tokens for the MCP server where it knows theirs', async () => {
    const provider = new UserAgent(open.user);
    const connect = (): { client: Client; transport: StreamableHTTPClientTransport } => ({
      client: new Client({ name: 'keycloak', version: '1' }),
      transport: new StreamableHTTPClientTransport(new URL(gatehouse.mcpUrl), { authProvider: provider }),
    });
    const first = connect();
    await expect(first.client.connect(first.transport)).rejects.toThrow(UnauthorizedError);
    expect(provider.clientInformation()?.client_id).toMatch(/^[0-9a-f-]{36}$/);
    await first.transport.finishAuth(provider.callback);
    const { client, transport } = connect();
    await client.connect(transport);
    expect((await client.listTools()).tools).toHaveLength(11);
    await client.close();
  });
});
