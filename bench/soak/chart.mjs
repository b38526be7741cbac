const WIDTH = 760;
const MARGIN = 20;
const AXIS = 56;
const PANEL = { head: 34, body: 130, foot: 26 };
const STEPS = 4;

/** A card of its own in either mode, so that it can be read wherever it is shown. */
const STYLE = `
  .card { fill: #ffffff; stroke: #d5dae1 }
  text { fill: #1f2933; font: 12px system-ui, sans-serif }
  .title { font-weight: 600; font-size: 14px }
  .quiet { fill: #616e7c }
  .grid { stroke: #e4e7eb }
  polyline { fill: none; stroke-width: 1.6 }
  .one { stroke: #0b7285 }
  .two { stroke: #e8590c }
  @media (prefers-color-scheme: dark) {
    .card { fill: #161b22; stroke: #30363d }
    text { fill: #e6edf3 }
    .quiet { fill: #9da7b3 }
    .grid { stroke: #30363d }
    .one { stroke: #3bc9db }
    .two { stroke: #ff922b }
  }`;

/** Memory of each replica and the slowest hundredth over the time, as an SVG document. */
export function soakChart(samples) {
  const mebibytes = (member, replica) =>
    samples.map(({ at, replicas }) => [at, replicas[replica][member] / 2 ** 20]);
  const panels = [
    ['Resident memory, MiB', [mebibytes('resident', 0), mebibytes('resident', 1)]],
    ['Heap in use, MiB', [mebibytes('heap', 0), mebibytes('heap', 1)]],
    ['Slowest hundredth of all units, ms', [samples.map(({ at, p99 }) => [at, p99 ?? 0])]],
  ];
  const tall = PANEL.head + PANEL.body + PANEL.foot;
  const height = 2 * MARGIN + panels.length * tall;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Memory and latency of a soak">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...panels.map(([title, lines], index) => panel(title, lines, MARGIN + index * tall)),
    '</svg>',
    '',
  ].join('\n');
}

function panel(title, lines, top) {
  const points = lines.flat();
  const last = Math.max(...points.map(([at]) => at));
  const highest = Math.max(...points.map(([, value]) => value)) * 1.1 || 1;
  const [left, right] = [MARGIN + AXIS, WIDTH - MARGIN];
  const bottom = top + PANEL.head + PANEL.body;
  const x = (at) => left + ((right - left) * at) / last;
  const y = (value) => bottom - (PANEL.body * value) / highest;
  const steps = Array.from({ length: STEPS + 1 }, (_unused, index) => index / STEPS);
  return [
    `<text class="title" x="${MARGIN}" y="${top + 18}">${title}</text>`,
    ...steps.map(
      (part) =>
        `<line class="grid" x1="${left}" x2="${right}" y1="${y(part * highest)}" y2="${y(part * highest)}"/>` +
        `<text class="quiet" x="${left - 8}" y="${(y(part * highest) + 4).toFixed(1)}" text-anchor="end">${Math.round(part * highest)}</text>`,
    ),
    ...steps.map(
      (part) =>
        `<text class="quiet" x="${x(part * last).toFixed(1)}" y="${bottom + 16}" text-anchor="${part === 1 ? 'end' : 'middle'}">${Math.round(part * last)} s</text>`,
    ),
    ...lines.map(
      (line, index) =>
        `<polyline class="${index === 0 ? 'one' : 'two'}" points="${line.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}"/>`,
    ),
  ].join('\n');
}
