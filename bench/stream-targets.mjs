const MOST_BYTES = 20_000;
/** Of what the streams took, how much may still be there after they were closed. */
const KEPT = 0.1;

/** bytes of live objects for each held stream, with the calls behind them */
export function bytesPerStream({ memory: { before, held }, streams }) {
  return (held.live - before.live) / streams;
}

export function judgeStreams(report) {
  const { memory, errors } = report;
  const bytes = bytesPerStream(report);
  const kept = Math.max(0, memory.after.live - memory.before.live) / (memory.held.live - memory.before.live);
  return [
    target(
      'memory of a held stream',
      `under ${MOST_BYTES} bytes`,
      `${Math.round(bytes)} bytes`,
      bytes < MOST_BYTES,
    ),
    target('streams that ended or said something else', 'none', String(errors.length), errors.length === 0),
    target(
      'memory still there after closing',
      `at most ${100 * KEPT} %`,
      `${(100 * kept).toFixed(1)} %`,
      kept <= KEPT,
    ),
  ];
}

function target(what, wanted, measured, met) {
  return { what, target: wanted, measured, verdict: met ? 'PASS' : 'MISS' };
}
