import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServerOptions,
  OAuthError,
  OAuthErrorCode,
  originValidationResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import type { RawAnswer } from './answer.js';
import { type Peer, readBody } from './peer.js';
import { sdkServer, STATES } from './sdk-offering.js';
import { modern, type WireRequest } from './wire-request.js';

/** How a server introduces itself. */
export interface Introduction {
  readonly serverInfo: { name: string; title: string; version: string };
  readonly instructions: string;
}

/** What a token says to the SDK: it checks the scopes of single tools, and no others. */
export const AUTH_INFO = { token: 'token', clientId: 'client', scopes: ['mcp:tools:execute'] };

/** The SDK's own gate, to which every token is bad. */
const gate = requireBearerAuth({
  verifier: {
    verifyAccessToken: () => Promise.reject(new OAuthError(OAuthErrorCode.InvalidToken, 'unknown token')),
  },
  resourceMetadataUrl: 'https://example.com/.well-known/oauth-protected-resource/mcp',
});

/** The SDK's own guard against DNS rebinding. */
function rebound(request: Request): Response | undefined {
  return (
    hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
    originValidationResponse(request, localhostAllowedOrigins())
  );
}

/** The official SDK's own handler for both eras, asked in this process through its web-standard entry. */
export function sdkPeer(introduction: Introduction): Peer {
  const options = serverOptions(introduction);
  const handler = createMcpHandler(() => sdkServer(introduction.serverInfo, options));
  return {
    ask: async (asked) => {
      const hangUp = new AbortController();
      const request = webRequest(asked, hangUp.signal);
      const isRefused = asked.caller === 'nobody' || asked.caller === 'stranger';
      const admitted = rebound(request) ?? (isRefused ? await gate(request) : AUTH_INFO);
      const response =
        admitted instanceof Response ? admitted : await handler.fetch(request, { authInfo: admitted });
      const answer = await readResponse(response, asked.hangUpAfter);
      hangUp.abort();
      return answer;
    },
    stop: () => handler.close(),
  };
}

/** Introduces itself as the Gatehouse does, speaks the same revisions, and gives the same hints for caching. */
export function serverOptions({ instructions }: Introduction): McpServerOptions {
  const cached = { ttlMs: 60_000, cacheScope: 'private' } as const;
  return {
    instructions,
    supportedProtocolVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'],
    capabilities: { logging: {}, resources: { subscribe: true, listChanged: true } },
    requestState: { verify: STATES.verify },
    cacheHints: {
      'server/discover': { ttlMs: 300_000, cacheScope: 'private' },
      'tools/list': cached,
      'prompts/list': cached,
      'resources/templates/list': cached,
    },
  };
}

/** What a Gatehouse says of itself. */
export async function introductionOf(gatehouse: Peer): Promise<Introduction> {
  const { body } = await gatehouse.ask(modern('server/discover'));
  const { result } = JSON.parse(body) as {
    result: { instructions: string; _meta: Record<string, Introduction['serverInfo']> };
  };
  const serverInfo = result._meta['io.modelcontextprotocol/serverInfo'];
  if (!serverInfo) throw new Error(`no introduction: ${body}`);
  return { serverInfo, instructions: result.instructions };
}

/** The request without a network. The signal says that the client is gone. */
export function webRequest({ method, headers, body, caller }: WireRequest, signal: AbortSignal): Request {
  const authorization = caller === 'stranger' ? { authorization: 'Bearer no-token' } : {};
  return new Request('http://127.0.0.1/mcp', {
    method,
    headers: { host: '127.0.0.1', ...headers, ...authorization },
    // Bytes, because text would bring a content type of its own.
    body: body === undefined ? null : new TextEncoder().encode(body),
    signal,
  });
}

/** Of an answer that does not end, no more than the first `events`. */
export async function readResponse(response: Response, events: number | undefined): Promise<RawAnswer> {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: response.body === null ? '' : await readBody(response.body, events),
  };
}
