import { described } from './markdown.mjs';
import { MINIMUM_ROUNDS } from '../settings.mjs';
import { table } from './table.mjs';

const MISS_TIMES_BARE = 1.5;
const HIT_SHARE_OF_MISS = 0.03;
/** Live bytes that 90,000 tokens more than the cache holds, and garbage after them, may leave. */
const LEFT_BYTES = 2_000_000;

/** What `npm run bench:verification` measured, as the text between its markers in docs/performance.md. */
export function verificationMarkdown({ machine, settings, measured, memory }) {
  const parts = [
    `${described(machine)}\nMedians of ${settings.rounds} interleaved rounds of ${settings.seconds / 2} s for each verifier.`,
    table(targets(measured, memory)),
  ];
  for (const [algorithm, { lines }] of Object.entries(measured)) {
    parts.push(
      `### ${algorithm}`,
      table(
        lines.map(({ name, cpu, timesBare, undisturbed, rounds }) => ({
          Verifier: name,
          'CPU µs': cpu.toFixed(2),
          'times bare': timesBare.toFixed(3),
          rounds: `${undisturbed} of ${rounds}`,
        })),
      ),
    );
  }
  if (memory) parts.push('### Memory', table(memoryLines(memory)));
  return parts.join('\n\n');
}

function targets(measured, memory) {
  const lines = Object.entries(measured).flatMap(([algorithm, { miss, hit }]) => [
    line(
      `${algorithm}: a miss, times bare \`crypto.verify\``,
      `≤ ${MISS_TIMES_BARE}`,
      miss.value.toFixed(2),
      miss,
      miss.value <= MISS_TIMES_BARE,
    ),
    line(
      `${algorithm}: a hit, share of a miss`,
      `< ${HIT_SHARE_OF_MISS * 100} %`,
      `${(hit.value * 100).toFixed(1)} %`,
      hit,
      hit.value < HIT_SHARE_OF_MISS,
    ),
  ]);
  if (memory) {
    const enough = { rounds: MINIMUM_ROUNDS };
    const wanted = `≤ ${LEFT_BYTES / 1e6} MB`;
    lines.push(
      line(
        '100,000 distinct tokens: live memory beyond that of a full cache',
        wanted,
        megabytes(memory.distinct - memory.full),
        enough,
        memory.distinct - memory.full <= LEFT_BYTES,
      ),
      line(
        '10,000 garbage tokens a second: live memory that they leave',
        wanted,
        megabytes(memory.garbage - memory.distinct),
        enough,
        memory.garbage - memory.distinct <= LEFT_BYTES,
      ),
    );
  }
  return lines;
}

function line(target, wanted, measured, { rounds }, reached) {
  const verdict = rounds < MINIMUM_ROUNDS ? 'UNKNOWN' : reached ? 'PASS' : 'MISS';
  return { Target: target, wanted, measured, verdict };
}

function memoryLines({
  start,
  full,
  distinct,
  garbage,
  resident,
  cacheMaxEntries,
  distinctTokens,
  garbageTokens,
  garbageRate,
  garbageMicroseconds,
}) {
  return [
    ['live memory at the start', megabytes(start)],
    [`with ${cacheMaxEntries.toLocaleString('en')} tokens in the cache`, megabytes(full)],
    [`after ${distinctTokens.toLocaleString('en')} distinct tokens`, megabytes(distinct)],
    [
      `after ${garbageTokens.toLocaleString('en')} garbage tokens at ${Math.round(garbageRate).toLocaleString('en')} a second`,
      megabytes(garbage),
    ],
    ['resident memory at the end', megabytes(resident)],
    ['CPU for each garbage token, making it included', `${garbageMicroseconds.toFixed(1)} µs`],
  ].map(([what, value]) => ({ '': what, measured: value }));
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
