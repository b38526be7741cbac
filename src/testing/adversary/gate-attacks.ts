import { McpPeer } from '../client/mcp-peer.js';
import type { Assault } from './assault.js';
import type { Target } from './target.js';

const SESSION_VERSION = '2025-11-25';

/** What is attacked once for a whole gate, with one of its targets. */
export async function attackGate(assault: Assault, target: Target): Promise<void> {
  await attackBodySize(assault, target);
  await attackSession(assault, target);
}

/** A body one byte larger than the limit. */
async function attackBodySize(assault: Assault, target: Target): Promise<void> {
  const name = 'a body that is too large';
  const { mcpMaxBodyBytes } = assault.gate.gatehouse.config;
  const rewrite = (body: string): string => body.padEnd(mcpMaxBodyBytes + 1);
  const observed = await assault.send(name, target, { authorization: await assault.bearer(), rewrite });
  if (!observed.refused) assault.report('accepted', name, target, observed, 'keep MCP_MAX_BODY_BYTES');
}

/** The session of one user in the hands of another, and of nobody. */
async function attackSession(assault: Assault, target: Target): Promise<void> {
  const owner = await assault.bearer({ subject: 'owner-of-the-session' });
  const token = owner.slice('Bearer '.length);
  const opened = await McpPeer.initialize({ url: assault.gate.mcpUrl, token, version: SESSION_VERSION });
  await opened.text();
  const sessionId = opened.headers.get('mcp-session-id');
  // With MCP_MAX_SESSIONS=0 there are none.
  if (sessionId === null) return;
  const headers = { 'mcp-session-id': sessionId };
  const legacy = { ...target, version: SESSION_VERSION } as const;
  const attempts: Record<string, string | undefined> = {
    'the session of another user': await assault.bearer({ subject: 'thief-of-the-session' }),
    'the session of another user, without a token': undefined,
  };
  for (const [name, authorization] of Object.entries(attempts)) {
    const observed = await assault.send(name, legacy, { authorization, headers });
    if (!observed.refused)
      assault.report('accepted', name, target, observed, 'bind a session to who opened it');
  }
}
