import { mcpMessage } from '../workload/http-request.mjs';
import { expectStatus } from './http-client.mjs';

let lastId = 0;

/** What to send for an MCP request: the options of `HttpClient.send`. */
export function mcpRequest(token, { era, method, params = {}, sessionId, id = ++lastId }) {
  const { headers, body } = mcpMessage({ era, id, method, params });
  const lines = headers.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
  return {
    method: 'POST',
    headers: {
      ...Object.fromEntries(lines),
      authorization: `Bearer ${token}`,
      ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
    },
    body,
  };
}

/** Asks and holds the answer against what it must be. @param {(result: any) => boolean} isRight */
export async function ask(http, token, { isRight, to, ...message }) {
  const request = mcpRequest(token, message);
  const answer = await http.send('/mcp', { ...request, ...(to ? { to } : {}) });
  const { result } = JSON.parse(expectStatus(answer, 200, '"result"').text);
  if (!isRight(result)) throw new Error(`${message.method}: not the answer: ${answer.text.slice(0, 300)}`);
  return answer;
}

/** A session of the 2025 era, on the replica that opened it: it knows no other. */
export async function openSession(http, token) {
  const to = http.next();
  const era = '2025-11-25';
  const params = { protocolVersion: era, capabilities: {}, clientInfo: { name: 'soak', version: '1' } };
  const isRight = ({ protocolVersion }) => protocolVersion === era;
  const { headers } = await ask(http, token, { era, method: 'initialize', params, isRight, to });
  const sessionId = headers['mcp-session-id'];
  if (!sessionId) throw new Error('initialize opened no session');
  const told = mcpRequest(token, { era, method: 'notifications/initialized', sessionId });
  const body = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
  expectStatus(await http.send('/mcp', { ...told, body, to }), 202);
  return { to, sessionId, era };
}

export async function closeSession(http, token, { to, sessionId }) {
  const headers = { authorization: `Bearer ${token}`, 'mcp-session-id': sessionId };
  const { status, text } = await http.send('/mcp', { method: 'DELETE', headers, to });
  if (status !== 200 && status !== 204) throw new Error(`DELETE: ${status} ${text}`);
}
