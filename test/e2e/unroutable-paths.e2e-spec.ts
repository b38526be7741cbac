import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';

/** Neither decodes; the last is longer than any parameter of a route. */
const PATHS = ['/%', '/%zz/x', '/sign-in/%ff', '/consent/%E0%A4%A', '/mcp/%', `/consent/${'a'.repeat(300)}`];

describe.each(DEPLOYMENTS)('A path that no router can read, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  const get = (origin: string, path: string, accept: string): Promise<Response> =>
    fetch(`${origin}${path}`, { headers: { accept } });

  it.each(PATHS)('%s is answered as any other bad request by the authorization server', async (path) => {
    const answer = await get(gatehouse.authorizationServer, path, '*/*');
    expect([400, 414]).toContain(answer.status);
    expect(await answer.json()).toEqual({
      error: 'invalid_request',
      error_description: 'The request is not valid',
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
  });

  it('is shown to a person as a page that does not repeat it', async () => {
    const answer = await get(gatehouse.proxy, '/%3Cscript%3E%', 'text/html');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await answer.text();
    expect(text).toContain('What to do');
    expect(text).not.toContain('script');
  });

  it('is a JSON-RPC error at the MCP server', async () => {
    const answer = await get(gatehouse.mcp, '/%', '*/*');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32_000 } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
  });

  it('is nothing at the management port', async () => {
    const answer = await get(gatehouse.management[0] ?? '', '/%', '*/*');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: 'not_found' });
  });
});
