import type { Panel, Shown } from './dashboard.js';

const COLUMN = 50;
const ROW = 21;
const MARGIN = 6;
const COLOURS = ['#2f6f9f', '#c8553d', '#588157', '#8e6bbf', '#d4a017', '#3aa6a6', '#b5446e', '#7a7a7a'];
const MAX_LEGENDS = 8;
/** Of a line: more than that nobody sees. */
const MAX_POINTS = 120;

/** A picture of a dashboard with what each panel shows (SVG). */
export function drawDashboard(panels: readonly { panel: Panel; data: readonly Shown[] }[]): string {
  const height =
    Math.max(...panels.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h)) * ROW + 2 * MARGIN;
  const width = 24 * COLUMN + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#f4f5f5"/>`,
    ...panels.map(({ panel, data }) => drawPanel(panel, data)),
    '</svg>',
    '',
  ].join('\n');
}

interface Box {
  readonly width: number;
  readonly height: number;
}

function drawPanel(panel: Panel, data: readonly Shown[]): string {
  const { x, y, w, h } = panel.gridPos;
  const [left, top] = [MARGIN + x * COLUMN, MARGIN + y * ROW];
  if (panel.type === 'row') return text(left + 2, top + 15, panel.title, 'font-weight="bold" font-size="13"');
  const box = { width: w * COLUMN - 4, height: h * ROW - 4 };
  const { unit } = panel.fieldConfig.defaults;
  const inside = { timeseries: drawLines, stat: drawNumbers, bargauge: drawBars }[panel.type](
    box,
    data,
    unit,
  );
  return [
    `<g transform="translate(${left} ${top})">`,
    `<rect width="${box.width}" height="${box.height}" fill="#fff" stroke="#d8d9da" rx="3"/>`,
    text(8, 16, panel.title, 'font-weight="bold"'),
    inside,
    '</g>',
  ].join('\n');
}

function drawLines({ width, height }: Box, data: readonly Shown[], unit: string): string {
  const legends = data.slice(0, MAX_LEGENDS);
  const [left, right, top, bottom] = [46, width - 8, 26, height - 10 - 13 * Math.ceil(legends.length / 2)];
  const points = data.flatMap((one) => one.points);
  const times = points.map(([time]) => time);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const highest = Math.max(...points.map(([, value]) => value)) || 1;
  const at = ([time, value]: readonly [number, number]): string => {
    const x = left + ((right - left) * (time - first)) / (last - first || 1);
    return `${x.toFixed(1)},${(bottom - ((bottom - top) * value) / highest).toFixed(1)}`;
  };
  const grid = [0, 0.5, 1].map((part) => {
    const y = bottom - (bottom - top) * part;
    const line = `<line x1="${left}" x2="${right}" y1="${y}" y2="${y}" stroke="#e4e5e6"/>`;
    return (
      line +
      text(left - 4, y + 4, shortly(highest * part, unit), 'text-anchor="end" fill="#666" font-size="10"')
    );
  });
  const lines = data.map(
    (one, index) =>
      `<polyline fill="none" stroke-width="1.4" stroke="${colour(index)}" points="${thinned(one.points).map(at).join(' ')}"/>`,
  );
  const names = legends.map(({ legend }, index) => {
    const [x, y] = [10 + (index % 2) * ((width - 10) / 2), bottom + 18 + 13 * Math.floor(index / 2)];
    const name =
      index === MAX_LEGENDS - 1 && data.length > MAX_LEGENDS ? `and ${data.length - index} more` : legend;
    const mark = `<rect x="${x}" y="${y - 6}" width="8" height="3" fill="${colour(index)}"/>`;
    return mark + text(x + 12, y, cut(name, width / 15), 'fill="#444" font-size="10"');
  });
  return [...grid, ...lines, ...names].join('\n');
}

function drawNumbers({ width, height }: Box, data: readonly Shown[], unit: string): string {
  return data
    .map(({ legend, points }, index) => {
      const x = (width * (index + 0.5)) / data.length;
      const value = shortly(points.at(-1)?.[1] ?? 0, unit);
      const number = text(
        x,
        height / 2 + 16,
        value,
        `text-anchor="middle" font-size="24" fill="${COLOURS[0]}"`,
      );
      return number + text(x, height - 10, legend, 'text-anchor="middle" fill="#666"');
    })
    .join('\n');
}

function drawBars({ width, height }: Box, data: readonly Shown[], unit: string): string {
  const sorted = data
    .map(({ legend, points }) => ({ legend, value: points.at(-1)?.[1] ?? 0 }))
    .toSorted((a, b) => b.value - a.value)
    .slice(0, 12);
  const highest = Math.max(...sorted.map(({ value }) => value)) || 1;
  const step = Math.min(22, (height - 30) / sorted.length);
  const left = width * 0.45;
  return sorted
    .map(({ legend, value }, index) => {
      const y = 28 + index * step;
      const length = ((width - left - 50) * value) / highest;
      return [
        text(
          left - 6,
          y + step / 2 + 3,
          cut(legend, width / 13),
          'text-anchor="end" font-size="10" fill="#444"',
        ),
        `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="${(step - 4).toFixed(1)}" fill="${COLOURS[0]}"/>`,
        text(left + length + 5, y + step / 2 + 3, shortly(value, unit), 'font-size="10"'),
      ].join('');
    })
    .join('\n');
}

function thinned<Point>(points: readonly Point[]): Point[] {
  const step = Math.ceil(points.length / MAX_POINTS);
  return points.filter((_point, index) => index % step === 0);
}

const colour = (index: number): string => COLOURS.at(index % COLOURS.length) ?? 'black';
const cut = (value: string, length: number): string =>
  value.length > length ? `${value.slice(0, length - 1)}…` : value;

function shortly(value: number, unit: string): string {
  if (unit === 'percentunit') return `${Number((value * 100).toFixed(1))} %`;
  if (unit === 'bytes') return `${Math.round(value / 1024 / 1024)} MiB`;
  if (unit === 's') return seconds(value);
  return `${value < 100 ? Number(value.toPrecision(2)) : Math.round(value)}${/ops|reqps/.test(unit) && value ? '/s' : ''}`;
}

function seconds(value: number): string {
  if (Math.abs(value) >= 172_800) return `${Math.round(value / 86_400)} d`;
  if (Math.abs(value) >= 1 || value === 0) return `${Number(value.toPrecision(2))} s`;
  return value >= 0.001
    ? `${Number((value * 1e3).toPrecision(2))} ms`
    : `${Number((value * 1e6).toPrecision(2))} µs`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped}</text>`;
}
