import { bytesPerStream } from '../stream-targets.mjs';

/** @returns {Record<string, string>[]} */
export function streamLines(report) {
  const { streams, seconds, callsPerSecond, opening, calls, told, keepAlives, errors, memory } = report;
  const { before, opened, held, after } = memory;
  return Object.entries({
    'streams held': whole(streams),
    'time to open them': `${opening.seconds.toFixed(1)} s`,
    'time until a change has reached all': `${whole(told.milliseconds)} ms`,
    [`tools/call meanwhile, ${callsPerSecond} a second for ${seconds} s`]: whole(calls.requests),
    'their p50 and p99': `${calls.latency.p50.toFixed(2)} ms, ${calls.latency.p99.toFixed(2)} ms`,
    'keep-alive comments': whole(keepAlives),
    errors: whole(errors.length),
    'live bytes for each stream, once open': whole((opened.live - before.live) / streams),
    'live bytes for each stream, after the calls': whole(bytesPerStream(report)),
    'resident bytes for each stream': whole((held.rss - before.rss) / streams),
    'live memory before, held, after closing': megabytes(before.live, held.live, after.live),
    'resident memory before, held, after closing': megabytes(before.rss, held.rss, after.rss),
  }).map(([what, measured]) => ({ '': what, measured }));
}

function whole(value) {
  return Math.round(value).toLocaleString('en');
}

function megabytes(...values) {
  return `${values.map((value) => (value / 1_000_000).toFixed(1)).join(', ')} MB`;
}
