/** A Markdown table, padded as the formatter of this repository pads them. @param {Record<string, string>[]} lines */
export function table(lines) {
  const columns = Object.keys(lines[0]);
  const widths = columns.map((column) =>
    Math.max(3, column.length, ...lines.map((line) => line[column].length)),
  );
  const isNumber = columns.map((column) => lines.every((line) => /^[\d.,]+$/.test(line[column])));
  const cell = (text, at) => (isNumber[at] ? text.padStart(widths[at]) : text.padEnd(widths[at]));
  const rule = (at) => (isNumber[at] ? `${'-'.repeat(widths[at] - 1)}:` : '-'.repeat(widths[at]));
  return [
    written(columns.map(cell)),
    written(columns.map((_column, at) => rule(at))),
    ...lines.map((line) => written(columns.map((column, at) => cell(line[column], at)))),
  ].join('\n');
}

function written(cells) {
  return `| ${cells.join(' | ')} |`;
}
