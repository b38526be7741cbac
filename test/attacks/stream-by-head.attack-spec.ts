import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { TokenForge } from '../support/token-forge.js';

describe.each(DEPLOYMENTS)('A stream that nobody can read, %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let token: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
    token = await (await TokenForge.of(gatehouse)).token();
  });

  afterAll(() => gatehouse.stop());

  it('is not opened by HEAD, which has no body', async () => {
    const opened = await rpc(gatehouse.mcpUrl, 'initialize', {
      token,
      version: '2025-11-25',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    });
    const response = await fetch(gatehouse.mcpUrl, {
      method: 'HEAD',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
      },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('content-type')).toBe('application/json');
  });
});
