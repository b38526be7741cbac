/**
 * Who is measured: the process, which of its ports, and what it is called. `kind` says how long it takes to become fast: Gatehouse has
 * about ten seconds of code to compile, the bare server two; the peers get faster for thousands of requests.
 */
export const CONTENDERS = {
  bare: { process: 'bare', port: 'bare', title: 'bare `node:http`', kind: 'bare' },
  verifying: {
    process: 'bare-verify',
    port: 'bare',
    title: 'bare `node:http` + `crypto.verify`',
    kind: 'bare',
  },
  gatehouse: { process: 'gatehouse-30', port: 'mcp', title: 'Gatehouse, MCP port', kind: 'gatehouse' },
  proxied: { process: 'gatehouse-30', port: 'proxy', title: 'Gatehouse, public port', kind: 'gatehouse' },
  oneTool: { process: 'gatehouse-1', port: 'mcp', title: 'Gatehouse, 1 tool', kind: 'gatehouse' },
  manyTools: { process: 'gatehouse-200', port: 'mcp', title: 'Gatehouse, 200 tools', kind: 'gatehouse' },
  mcpNest: { process: 'mcp-nest', port: 'mcpNest', title: 'MCP-Nest on Fastify', kind: 'peer' },
  sdkExpress: { process: 'sdk-v2-express', port: 'sdk', title: 'SDK 2 on Express', kind: 'peer' },
  sdkNode: { process: 'sdk-v2-node', port: 'sdk', title: 'SDK 2 on `node:http`', kind: 'peer' },
  sdkV1: { process: 'sdk-v1-express', port: 'sdk', title: 'SDK 1, stateless, on Express', kind: 'peer' },
};

/** seconds for the first operation of a process, for another operation, and for the same again; and least requests */
export const WARM_UP = {
  bare: { first: 3, other: 2, again: 0.5, minimumRequests: 0 },
  gatehouse: { first: 12, other: 8, again: 1, minimumRequests: 0 },
  peer: { first: 6, other: 4, again: 1, minimumRequests: 3000 },
};
