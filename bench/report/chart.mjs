import { CONTENDERS } from '../contenders.mjs';
import { ratio, summary } from '../measure/interleaved.mjs';

const PANELS = ['tools/call', 'tools/list, 30 tools'];
const SHOWN = ['bare', 'gatehouse', 'proxied', 'mcpNest', 'sdkExpress'];

const WIDTH = 760;
const LABEL_WIDTH = 190;
const VALUE_WIDTH = 190;
const BAR = 18;
const GAP = 8;
const PANEL_HEAD = 44;
const MARGIN = 20;

/** A card of its own in either mode, so that it can be read wherever it is shown. */
const STYLE = `
  .card { fill: #ffffff; stroke: #d5dae1 }
  text { fill: #1f2933; font: 13px system-ui, sans-serif }
  .title { font-weight: 600; font-size: 14px }
  .quiet { fill: #616e7c }
  .other { fill: #9aa5b1 }
  .ours { fill: #0b7285 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #161b22; stroke: #30363d }
    text { fill: #e6edf3 }
    .quiet { fill: #9da7b3 }
    .other { fill: #57606a }
    .ours { fill: #3bc9db }
  }`;

/**
 * Bars of CPU time per request, as an SVG document. Undefined where none of its rows was measured.
 * @param {Map<string, object[]>} measured rounds by row name
 */
export function chartOf(measured) {
  const panels = PANELS.filter((name) => measured.has(name));
  if (panels.length === 0) return undefined;
  const panelHeight = PANEL_HEAD + SHOWN.length * (BAR + GAP);
  const height = 2 * MARGIN + panels.length * panelHeight;
  const drawn = panels.map((name, index) => panel(name, measured.get(name), MARGIN + index * panelHeight));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="CPU time per request">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function panel(name, rounds, top) {
  const longest = Math.max(...SHOWN.map((contender) => summary(rounds, contender).cpu));
  const scale = (WIDTH - 2 * MARGIN - LABEL_WIDTH - VALUE_WIDTH) / longest;
  const title = `<text class="title" x="${MARGIN}" y="${top + 18}">${name}<tspan class="quiet" font-weight="400"> · CPU µs per request</tspan></text>`;
  const bars = SHOWN.map((contender, index) =>
    bar(contender, rounds, { scale, y: top + PANEL_HEAD - 12 + index * (BAR + GAP) }),
  );
  return [title, ...bars].join('\n');
}

function bar(contender, rounds, { scale, y }) {
  const { cpu } = summary(rounds, contender);
  const { title, kind } = CONTENDERS[contender];
  const width = Math.max(1, cpu * scale).toFixed(1);
  const x = MARGIN + LABEL_WIDTH;
  const middle = y + BAR - 5;
  return [
    `<text x="${MARGIN}" y="${middle}">${title.replaceAll('`', '')}</text>`,
    `<rect class="${kind === 'gatehouse' ? 'ours' : 'other'}" x="${x}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
    `<text x="${(x + Number(width) + 8).toFixed(1)}" y="${middle}">${cpu.toFixed(cpu < 100 ? 1 : 0)} µs${compared(contender, rounds)}</text>`,
  ].join('\n');
}

/** How many times Gatehouse a peer costs. */
function compared(contender, rounds) {
  if (CONTENDERS[contender].kind !== 'peer') return '';
  const { value } = ratio(rounds, contender, 'gatehouse', (sample) => sample.cpu);
  return `<tspan class="quiet"> · ${value.toFixed(0)} × Gatehouse</tspan>`;
}
