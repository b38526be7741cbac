import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';

const ORIGIN = 'https://client.example.com';

describe('A client in a browser (CORS)', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  it.each([
    ['POST', '/token'],
    ['POST', '/register'],
    ['POST', '/revoke'],
    ['POST', '/mcp'],
    ['GET', '/.well-known/oauth-authorization-server'],
    ['GET', '/.well-known/openid-configuration'],
    ['GET', '/.well-known/oauth-protected-resource/mcp'],
    ['GET', '/.well-known/jwks.json'],
  ])('may send %s to %s, and read the answer', async (method, path) => {
    const url = new URL(path, gatehouse.proxy);
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain(method);
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(
      'mcp-protocol-version',
    );
    const response = await fetch(url, { method, headers: { origin: ORIGIN } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('may read the challenge', async () => {
    const response = await fetch(gatehouse.mcpUrl, { method: 'POST', headers: { origin: ORIGIN } });
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
  });
});
