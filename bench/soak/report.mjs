import { described } from '../report/markdown.mjs';
import { table } from '../report/table.mjs';
import { FLAT_MEANS } from './verdict.mjs';

/** What a soak found, as the text between its markers in docs/performance.md. */
export function soakMarkdown(report) {
  const { machine, settings, capacity, rate, samples, streams, failed, took } = report;
  const units = Object.values(took).reduce((sum, times) => sum + times.length, 0);
  return [
    `${described(machine)} Two replicas, PostgreSQL and all clients on that machine.`,
    [
      `${thousands(units)} units of work in ${settings.seconds} s: ${Math.round(rate)} a second, ${Math.round((100 * rate) / capacity)} % of the ${Math.round(capacity)} that a ramp found.`,
      `${failed === 0 ? 'No error' : `${failed} errors`}. ${streams.opened} streams were opened and told of ${thousands(streams.changes)} changes.`,
    ].join('\n'),
    '![Memory and the slowest hundredth over the time](soak.svg)',
    latencies(took),
    memory(report),
    FLAT_MEANS,
    rows(report),
    worst(samples),
  ].join('\n\n');
}

function latencies(took) {
  const all = ['all', Object.values(took).flat()];
  const lines = [all, ...Object.entries(took)]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([name, times]) => {
      const sorted = Float64Array.from(times).toSorted();
      const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
      return {
        Unit: name,
        count: thousands(times.length),
        'p50 ms': at(0.5),
        'p99 ms': at(0.99),
        'p99.9 ms': at(0.999),
      };
    });
  return table(lines);
}

export function memory({ memory: replicas, live }) {
  return table(
    replicas.map(({ resident, heap, flat, judged }, index) => ({
      Replica: String(index + 1),
      'resident, from MiB': mebibytes(resident.from),
      'to MiB': mebibytes(resident.to),
      'heap, from MiB': mebibytes(heap.from),
      'to MiB ': mebibytes(heap.to),
      flat: judged ? (flat ? 'yes' : 'NO') : 'too short to say',
      'live before, MiB': mebibytes(live.before[index]),
      'live at the end, MiB': mebibytes(live.held[index]),
      'without streams, MiB': mebibytes(live.after[index]),
    })),
  );
}

function rows({ tables }) {
  return table(
    Object.entries(tables.after).map(([name, { rows: count, bytes }]) => ({
      Table: `\`${name}\``,
      'rows before': thousands(tables.before[name]?.rows ?? 0),
      'rows after': thousands(count),
      'KiB after': thousands(Math.round(bytes / 1024)),
    })),
  );
}

function worst(samples) {
  const most = (member) => Math.max(...samples.flatMap(({ replicas }) => replicas.map((one) => one[member])));
  return `At most, in one replica: ${(most('lag') * 1000).toFixed(0)} ms event loop delay (p99 of a sample), ${most('files')} open files, ${most('streams')} streams, ${most('sessions')} sessions.`;
}

function thousands(value) {
  return value.toLocaleString('en');
}

function mebibytes(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}
