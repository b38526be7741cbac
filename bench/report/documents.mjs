import { readFile, writeFile } from 'node:fs/promises';
import { chartOf } from './chart.mjs';
import { soakChart } from '../soak/chart.mjs';
import { described, markdownOf, streamsMarkdownOf } from './markdown.mjs';

const PAGE = new URL('../../docs/performance.md', import.meta.url);
const CHART = new URL('../../docs/performance.svg', import.meta.url);
const SOAK_CHART = new URL('../../docs/soak.svg', import.meta.url);

/** Writes the tables into docs/performance.md, and the chart beside it. */
export async function publish(report) {
  await replace('bench', markdownOf(report));
  const chart = chartOf(report.measured);
  if (chart !== undefined) await writeFile(CHART, chart);
  console.log('Written: docs/performance.md, docs/performance.svg');
}

/** Writes what holding streams took into docs/performance.md. */
export async function publishStreams(result) {
  await replace('streams', streamsMarkdownOf(result));
  console.log('Written: docs/performance.md');
}

/** Writes what authorization flows cost into docs/performance.md. */
export async function publishFlows(machine, tables) {
  await replace('flows', `${described(machine)}\n\n${tables}`);
  console.log('Written: docs/performance.md');
}

/** Writes what the verification of a token costs into docs/performance.md. */
export async function publishVerification(text) {
  await replace('verification', text);
  console.log('Written: docs/performance.md');
}

/** Writes what a soak found into docs/performance.md, and the chart beside it. */
export async function publishSoak({ samples }, text) {
  await replace('soak', text);
  await writeFile(SOAK_CHART, soakChart(samples));
  console.log('Written: docs/performance.md, docs/soak.svg');
}

/** @throws Error where the page has lost the markers between which the text goes */
async function replace(section, text) {
  const page = await readFile(PAGE, 'utf8');
  const [begin, end] = [`<!-- ${section}:begin -->`, `<!-- ${section}:end -->`];
  const from = page.indexOf(begin) + begin.length;
  const to = page.indexOf(end);
  if (!page.includes(begin) || to < from) throw new Error(`docs/performance.md has lost ${begin} or ${end}`);
  await writeFile(PAGE, `${page.slice(0, from)}\n\n${text}\n\n${page.slice(to)}`);
}
