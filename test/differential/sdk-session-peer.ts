import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { randomUUID } from 'node:crypto';
import type { Peer } from './peer.js';
import { sdkServer } from './sdk-offering.js';
import { AUTH_INFO, type Introduction, readResponse, serverOptions, webRequest } from './sdk-peer.js';

/**
 * The official SDK's transport for sessions of the 2025 era. It holds one session: whatever is no `initialize` goes to the one that
 * was opened last, which itself refuses what does not belong to it.
 */
export function sdkSessionPeer(introduction: Introduction): Peer {
  const held: { transport?: WebStandardStreamableHTTPServerTransport } = {};
  const open = async (): Promise<WebStandardStreamableHTTPServerTransport> => {
    const opened = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID() });
    await sdkServer(introduction.serverInfo, serverOptions(introduction)).connect(opened);
    return opened;
  };
  return {
    ask: async (asked) => {
      const hangUp = new AbortController();
      if (asked.body?.includes('"initialize"') === true) {
        await held.transport?.close();
        delete held.transport;
      }
      held.transport ??= await open();
      const response = await held.transport.handleRequest(webRequest(asked, hangUp.signal), {
        authInfo: AUTH_INFO,
      });
      const answer = await readResponse(response, asked.hangUpAfter);
      hangUp.abort();
      return answer;
    },
    stop: async () => held.transport?.close(),
  };
}
