import { request } from 'node:http';
import { testGatehouse } from '../support/gatehouse.js';
import { TokenForge } from '../support/token-forge.js';
import type { RawAnswer } from './answer.js';
import { OfferedModule } from './gatehouse-offering.js';
import { type Peer, readBody } from './peer.js';
import type { WireRequest } from './wire-request.js';

/** A whole Gatehouse, asked over HTTP at the port of its MCP server. */
export async function gatehousePeer(): Promise<Peer> {
  const gatehouse = await testGatehouse({
    capabilities: [OfferedModule],
    // One caller sends everything here.
    variables: { MCP_MAX_SESSIONS: '1000', MCP_MAX_SESSIONS_PER_PRINCIPAL: '1000' },
  });
  const forge = await TokenForge.of(gatehouse);
  const tokens = {
    nobody: undefined,
    stranger: 'no-token',
    reader: await forge.withScope('mcp:tools:read'),
    all: await forge.token(),
  };
  return {
    ask: (asked) => {
      const token = tokens[asked.caller ?? 'all'];
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return ask(`${gatehouse.mcp}/mcp`, { ...asked, headers: { ...asked.headers, ...authorization } });
    },
    stop: () => gatehouse.stop(),
  };
}

/** `node:http`, because it adds no headers of its own. */
function ask(url: string, { method, headers, body, hangUpAfter }: WireRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method, headers: { ...headers, ...length } }, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      readBody(response, hangUpAfter)
        .then((text) => resolve({ status, headers: answered as Record<string, string>, body: text }))
        .catch(reject)
        .finally(() => sent.destroy());
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
