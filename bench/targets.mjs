import { ratio } from './measure/interleaved.mjs';
import { MINIMUM_ROUNDS } from './settings.mjs';

const cpu = (sample) => sample.cpu;
const p99 = (sample) => sample.p99;
const live = (sample) => sample.live;

/** `left` over `right` in a row. `least` or `most` is what it must be. */
const TARGETS = [
  ...[
    ['tools/call', 'gatehouse', 0.52],
    ['tools/call', 'proxied', 0.48],
    ['tools/list, 30 tools', 'gatehouse', 0.5],
    ['resources/read, 1 KB', 'gatehouse', 0.45],
  ].map(([row, right, least]) => ({
    what: `${row} at the ${right === 'proxied' ? 'public' : 'MCP'} port: requests per CPU second, share of bare \`node:http\``,
    row,
    left: 'bare',
    right,
    of: cpu,
    least,
  })),
  {
    what: 'tools/call with 200 tools: CPU, times that with 1 tool',
    row: 'tools/call by number of tools',
    left: 'manyTools',
    right: 'oneTool',
    of: cpu,
    most: 1.1,
  },
  {
    what: 'unseen token on every request: CPU, times bare `node:http` with one `crypto.verify`',
    row: 'tools/call, unseen tokens',
    left: 'gatehouse',
    right: 'verifying',
    of: cpu,
    most: 1.25,
  },
  ...[
    ['tools/call', 'mcpNest', 'MCP-Nest', 9],
    ['tools/call, 2025 era', 'mcpNest', 'MCP-Nest', 7],
    ['tools/list, 30 tools', 'mcpNest', 'MCP-Nest', 45],
    ['tools/call', 'sdkExpress', 'SDK 2 on Express', 14],
    ['tools/list, 30 tools', 'sdkExpress', 'SDK 2 on Express', 45],
  ].map(([row, left, title, least]) => ({
    what: `${row}: CPU of ${title}, times that of Gatehouse`,
    row,
    left,
    right: 'gatehouse',
    of: cpu,
    least,
  })),
  {
    what: 'p99 at 1,000 requests a second, times that of bare `node:http`',
    row: 'latency at 1,000 requests a second',
    left: 'gatehouse',
    right: 'bare',
    of: p99,
    most: 1.5,
  },
  {
    what: 'memory of an idle connection, times that of bare `node:http`',
    row: 'idle connections',
    left: 'gatehouse',
    right: 'bare',
    of: live,
    most: 1.1,
  },
];

/**
 * Every target that the measured rows can answer. UNKNOWN where fewer than five undisturbed rounds have both sides: a machine that was
 * busy with something else proves nothing.
 * @param {Map<string, object[]>} measured rounds by row name
 */
export function judge(measured) {
  return TARGETS.filter(({ row }) => measured.has(row)).map(({ what, row, left, right, of, least, most }) => {
    const { value, rounds } = ratio(measured.get(row), left, right, of);
    const met = least === undefined ? value <= most : value >= least;
    return {
      what,
      target: least === undefined ? `≤ ${most}` : `≥ ${least}`,
      value,
      verdict: rounds < MINIMUM_ROUNDS ? 'UNKNOWN' : met ? 'PASS' : 'MISS',
      rounds,
    };
  });
}
