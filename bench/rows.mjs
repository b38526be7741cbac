const PEERS = ['mcpNest', 'sdkExpress'];

/** Saturated servers: as many requests as they can answer. Every contender of a row is measured in every round. */
const THROUGHPUT = [
  {
    name: 'tools/call',
    operation: 'tools/call',
    contenders: ['bare', 'gatehouse', 'proxied', ...PEERS, 'sdkNode'],
  },
  {
    name: 'tools/call, 2025 era',
    operation: 'tools/call, 2025 era',
    contenders: ['bare', 'gatehouse', 'proxied', ...PEERS, 'sdkV1'],
  },
  {
    name: 'tools/call by number of tools',
    operation: 'tools/call',
    contenders: ['bare', 'oneTool', 'gatehouse', 'manyTools'],
  },
  {
    name: 'tools/list, 30 tools',
    operation: 'tools/list, 30 tools',
    contenders: ['bare', 'gatehouse', 'proxied', ...PEERS],
  },
  {
    name: 'tools/list, 200 tools',
    operation: 'tools/list, 200 tools',
    contenders: ['bare', 'manyTools'],
  },
  {
    name: 'resources/read, 1 KB',
    operation: 'resources/read, 1 KB',
    contenders: ['bare', 'gatehouse', 'proxied', ...PEERS],
  },
  {
    name: 'resources/read, 1 MB',
    operation: 'resources/read, 1 MB',
    contenders: ['bare', 'gatehouse', 'proxied', ...PEERS],
    // The generator has as much to read as the server to write.
    saturates: false,
  },
  {
    name: 'tools/call, 1 connection',
    operation: 'tools/call',
    connections: 1,
    contenders: ['bare', 'gatehouse', 'proxied', ...PEERS],
    // A server that waits for its only client is not busy.
    saturates: false,
  },
  {
    name: 'tools/call, 256 connections',
    operation: 'tools/call',
    connections: 256,
    contenders: ['bare', 'gatehouse', 'proxied', ...PEERS],
  },
  {
    name: 'tools/call, unseen tokens',
    operation: 'tools/call',
    tokens: 'unseen',
    contenders: ['verifying', 'gatehouse'],
  },
];

/** Servers with time to spare: requests come at a fixed rate, whatever the server does. */
const LATENCY = {
  measures: 'latency',
  name: 'latency at 1,000 requests a second',
  operation: 'tools/call',
  connections: 64,
  rate: 1000,
  contenders: ['bare', 'gatehouse', 'proxied', ...PEERS],
  saturates: false,
};

/** Connections that have asked once and stay open. */
const IDLE = {
  measures: 'idle',
  name: 'idle connections',
  operation: 'tools/call',
  connections: 2000,
  contenders: ['bare', 'gatehouse', 'proxied'],
};

/** Every row, in the order in which they are measured. */
export const ROWS = [...THROUGHPUT.map((row) => ({ measures: 'throughput', ...row })), LATENCY, IDLE];

/** Where a row does not say how many. */
export const CONNECTIONS = 16;

/** @throws Error for a name that no row has */
export function rowNamed(name) {
  const row = ROWS.find((candidate) => candidate.name === name);
  if (!row) throw new Error(`no row is called ${name}`);
  return row;
}
