import { ratio, summary } from '../measure/interleaved.mjs';
import { table } from '../report/table.mjs';
import { CONTENDERS } from './contenders.mjs';

/** The tables of docs/performance.md. */
export function flowTables({ flows, refreshes, atRate }) {
  return [
    '### Full flows',
    throughput(flows),
    '### Refreshes',
    throughput(refreshes),
    '### `/token` at 20 flows a second',
    latency(atRate),
  ].join('\n\n');
}

function throughput(rounds) {
  return table(
    Object.entries(CONTENDERS).map(([contender, { title }]) => {
      const { cpu, databaseCpu, perSecond, p50, p99, undisturbed, rounds: all } = summary(rounds, contender);
      return {
        Server: title,
        'per CPU second': whole(1_000_000 / cpu),
        'CPU ms each': (cpu / 1000).toFixed(2),
        'database CPU ms': databaseCpu === 0 ? '–' : (databaseCpu / 1000).toFixed(2),
        'times bare oidc-provider': ratio(rounds, contender, 'engine', (sample) => sample.cpu).value.toFixed(
          2,
        ),
        'per second': whole(perSecond),
        '/token p50 ms': p50.toFixed(1),
        '/token p99 ms': p99.toFixed(1),
        rounds: `${undisturbed} of ${all}`,
      };
    }),
  );
}

function latency(rounds) {
  return table(
    Object.entries(CONTENDERS).map(([contender, { title }]) => {
      const { p50, p99, undisturbed, rounds: all } = summary(rounds, contender);
      return {
        Server: title,
        'p50 ms': p50.toFixed(2),
        'p99 ms': p99.toFixed(2),
        rounds: `${undisturbed} of ${all}`,
      };
    }),
  );
}

function whole(value) {
  return Math.round(value).toLocaleString('en');
}
