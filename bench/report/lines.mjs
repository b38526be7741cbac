import { CONTENDERS } from '../contenders.mjs';
import { ratio, summary } from '../measure/interleaved.mjs';

const COLUMNS = { throughput, latency, idle };

/**
 * The figures of one row, a line for each contender, as text in named columns.
 * @returns {Record<string, string>[]}
 */
export function linesOf(row, rounds) {
  const columns = COLUMNS[row.measures];
  return row.contenders.map((contender) => ({
    Server: CONTENDERS[contender].title,
    ...columns(rounds, contender, row.contenders[0]),
  }));
}

function throughput(rounds, contender, first) {
  const figures = summary(rounds, contender);
  return {
    'CPU µs': figures.cpu.toFixed(1),
    'of it user': figures.user.toFixed(1),
    'times first line': times(rounds, contender, first, (sample) => sample.cpu),
    'req/s': thousands(figures.requestsPerSecond),
    'p50 ms': figures.p50.toFixed(2),
    'p99 ms': figures.p99.toFixed(2),
    rounds: `${figures.undisturbed} of ${figures.rounds}`,
  };
}

function latency(rounds, contender, first) {
  const figures = summary(rounds, contender);
  return {
    'p50 ms': figures.p50.toFixed(3),
    'p99 ms': figures.p99.toFixed(3),
    'p99, times first line': times(rounds, contender, first, (sample) => sample.p99),
    'CPU µs': figures.cpu.toFixed(1),
    rounds: `${figures.undisturbed} of ${figures.rounds}`,
  };
}

function idle(rounds, contender, first) {
  const figures = summary(rounds, contender);
  return {
    'live bytes': thousands(figures.live),
    'times first line': times(rounds, contender, first, (sample) => sample.live),
    'resident bytes': thousands(figures.rss),
    rounds: `${figures.undisturbed} of ${figures.rounds}`,
  };
}

function times(rounds, contender, first, of) {
  return ratio(rounds, contender, first, of).value.toFixed(2);
}

function thousands(value) {
  return Math.round(value).toLocaleString('en');
}
