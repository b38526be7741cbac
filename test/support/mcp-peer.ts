export { type Answers, McpPeer, type PeerOptions } from '../../src/testing/client/mcp-peer.js';
