// Writes helm/gatehouse/README.md from Chart.yaml, docs and the "# --" lines of values.yaml. With --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isScalar, parseDocument } from 'yaml';

const chart = new URL('../helm/gatehouse/', import.meta.url);
const readme = new URL('README.md', chart);

const text = `${page(rows(parseDocument(readFileSync(new URL('values.yaml', chart), 'utf8')).contents, ''))}\n`;
if (process.argv.includes('--check')) {
  if (readFileSync(readme, 'utf8') !== text) {
    console.error('helm/gatehouse/README.md is not what values.yaml says; run npm run chart:readme');
    process.exitCode = 1;
  }
} else {
  writeFileSync(readme, text);
}

/** One row for each value that is described; a value without description must have some below it. */
function rows(map, parent) {
  return map.items.flatMap(({ key, value }, index) => {
    const path = `${parent}${key.value}`;
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
    const described = comment?.split('\n').findLast((line) => line.startsWith(' -- '));
    if (described !== undefined) return [row(path, value, described.slice(4))];
    if (!isMap(value) || value.items.length === 0) throw new Error(`values.yaml: ${path} has no "# --" line`);
    return rows(value, `${path}.`);
  });
}

function row(path, value, description) {
  const json =
    value === null || (isScalar(value) && value.value === null) ? 'null' : JSON.stringify(value.toJSON());
  const shown = json === '""' ? 'empty' : `\`${json.replaceAll('|', '\\|')}\``;
  return `| \`${path}\` | ${shown} | ${description.replaceAll('|', '\\|')} |`;
}

function page(values) {
  return `<!-- Made by scripts/chart-readme.mjs from values.yaml; change that. -->

# Gatehouse on Kubernetes

${readFileSync(new URL('files/README.head.md', chart), 'utf8').trim()}

## Values

| Value | Default | What it does |
| --- | --- | --- |
${values.join('\n')}`;
}
