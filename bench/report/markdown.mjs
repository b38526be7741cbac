import { rowNamed } from '../rows.mjs';
import { linesOf } from './lines.mjs';
import { streamLines } from './stream-lines.mjs';
import { table } from './table.mjs';

/** What `npm run bench` measured, as the text between its markers in docs/performance.md. */
export function markdownOf({ machine, settings, verdicts, measured }) {
  const { rounds, seconds } = settings;
  return [
    `${described(machine)}\nMedians of ${rounds} interleaved rounds of ${seconds} s for each server.`,
    `Peers: ${Object.entries(machine.peers)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '### Targets',
    table(
      verdicts.map(({ what, target, value, verdict }) => ({
        Target: what,
        wanted: target,
        measured: value.toFixed(2),
        verdict,
      })),
    ),
    '![CPU time per request of Gatehouse and its peers](performance.svg)',
    ...[...measured].flatMap(([name, samples]) => [`### ${name}`, table(linesOf(rowNamed(name), samples))]),
  ].join('\n\n');
}

/** What `npm run bench:streams` measured. */
export function streamsMarkdownOf({ report, verdicts }) {
  return [
    described(report.machine),
    table(
      verdicts.map(({ what, target, measured, verdict }) => ({
        Target: what,
        wanted: target,
        measured,
        verdict,
      })),
    ),
    table(streamLines(report)),
  ].join('\n\n');
}

/** When and where it was measured. */
export function described({ processor, cores, memoryGiB, node, date }) {
  return `Measured on ${date}: ${processor}, ${cores} cores, ${memoryGiB} GiB, Node ${node.slice(1)}.`;
}
