import { expectStatus } from './http-client.mjs';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
/** Nobody looks further than that into a body that is too large for an OAuth endpoint. */
const TOO_LARGE = 'x'.repeat(200_000);

const token = () => `eyJhbGciOiJFUzI1NiJ9.${Math.random().toString(36).slice(2)}.AAAA`;

/**
 * What nobody should send, and the answer that is right. `good`: the token of a user.
 * @type {[string, number, (good: string) => { path: string }][]}
 */
const REQUESTS = [
  ['a made-up token', 401, () => post('/mcp', { ...JSON_TYPE, authorization: `Bearer ${token()}` }, PING)],
  ['no token', 401, () => post('/mcp', JSON_TYPE, PING)],
  ['a body that is no JSON', 400, (good) => post('/mcp', bearer(good), '{"jsonrpc":')],
  ['a method that is not known', 404, (good) => modern(good, 'tools/steal')],
  ['a tool that is not known', 200, (good) => post('/mcp', bearer(good), call('steal'))],
  [
    'a code that was never issued',
    400,
    () =>
      post(
        '/token',
        FORM,
        'grant_type=authorization_code&code=x&client_id=mcp-inspector-client&code_verifier=x',
      ),
  ],
  [
    'a client that is not known',
    401,
    () => post('/token', FORM, `grant_type=refresh_token&refresh_token=x&client_id=${token()}`),
  ],
  [
    'a redirect URI that runs code',
    400,
    () => post('/register', JSON_TYPE, '{"redirect_uris":["javascript:alert(1)"]}'),
  ],
  ['a body that is too large', 413, () => post('/register', JSON_TYPE, TOO_LARGE)],
  [
    'a Host of somebody else',
    403,
    () => ({ path: '/mcp', method: 'POST', headers: { ...JSON_TYPE, host: 'evil.example' }, body: PING }),
  ],
  ['a path that is not there', 404, () => ({ path: `/${Math.random()}` })],
  ['the list of revocations', 404, () => ({ path: '/internal/revocations' })],
];

/** Each of them in turn. @throws Error where the answer is another one */
export function hostileRequests(http, users) {
  let turn = 0;
  return async () => {
    const [what, status, make] = REQUESTS[turn++ % REQUESTS.length];
    const answer = await users.use((good) => {
      const { path, ...options } = make(good);
      return http.send(path, options);
    });
    try {
      expectStatus(answer, status);
    } catch (error) {
      throw new Error(`${what}: ${error.message}`, { cause: error });
    }
  };
}

function post(path, headers, body) {
  return { path, method: 'POST', headers, body };
}

function bearer(good) {
  return { ...JSON_TYPE, authorization: `Bearer ${good}` };
}

function call(name) {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } });
}

function modern(good, method) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'soak', version: '1' },
  };
  const headers = { ...bearer(good), 'mcp-protocol-version': '2026-07-28', 'mcp-method': method };
  return post('/mcp', headers, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { _meta } }));
}
