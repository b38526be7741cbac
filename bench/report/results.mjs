import { mkdir, writeFile } from 'node:fs/promises';

/** Keeps everything that was measured, round by round. The name of the file, below bench/. */
export async function saveResults(what, report) {
  const name = `results/${what}-${new Date().toISOString().replaceAll(':', '-')}.json`;
  await mkdir(new URL('../results/', import.meta.url), { recursive: true });
  await writeFile(new URL(`../${name}`, import.meta.url), JSON.stringify(report, plain, 1));
  return name;
}

function plain(_key, value) {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
