const LINE = 'The quick brown fox jumps over the lazy dog, 0123456789 times.\n';

/** What every server offers: the same names, the same words, the same answers. */
export const SERVER_INFO = { name: 'bench', version: '1.0.0' };

/** Descriptions of so many tools, each of which adds two numbers. The first is the one that is called. */
export function toolsOf(count) {
  return Array.from({ length: count }, (_unused, index) => ({
    name: index === 0 ? 'add' : `add_${index}`,
    description: `Adds two numbers, as tool number ${index + 1} of this server`,
  }));
}

/** What every tool says of itself. */
export const ANNOTATIONS = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

/** What every tool answers. */
export function sum({ a, b }) {
  return String(a + b);
}

export const RESOURCES = [
  { uri: 'memory://kilobyte', name: 'kilobyte', mimeType: 'text/plain', text: textOf(1024) },
  { uri: 'memory://megabyte', name: 'megabyte', mimeType: 'text/plain', text: textOf(1024 * 1024) },
];

/** The contents of a resource, as `resources/read` answers them. */
export function contentsOf({ uri, mimeType, text }) {
  return [{ uri, mimeType, text }];
}

function textOf(length) {
  return LINE.repeat(Math.ceil(length / LINE.length)).slice(0, length);
}
