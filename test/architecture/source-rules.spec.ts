import { globSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const MAX_LINES = 300;

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Rule {
  readonly name: string;
  readonly breaks: (file: SourceFile) => boolean;
}

const RULES: readonly Rule[] = [
  {
    name: 'leaves no note of work to be done',
    breaks: ({ text }) => /\b(?:TODO|FIXME|XXX|HACK)\b/.test(text),
  },
  {
    name: 'reads the environment only in config, cli and the testing kit',
    breaks: ({ path, text }) =>
      !/^src\/(?:config|cli|testing)\//.test(path) && /\bprocess\s*(?:\.\s*env\b|\[)/.test(text),
  },
  { name: 'has no barrel', breaks: ({ path }) => basename(path) === 'index.ts' },
  {
    name: 'has no file of more than 300 lines',
    breaks: ({ text }) => text.trimEnd().split('\n').length > MAX_LINES,
  },
  { name: 'writes to no console', breaks: ({ text }) => /\bconsole\s*[.[]/.test(text) },
];

function broken(rule: Rule, sources: readonly SourceFile[]): string[] {
  return sources.filter((file) => rule.breaks(file)).map(({ path }) => path);
}

const files = globSync('src/**/*.ts', { cwd: ROOT })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => !path.endsWith('.spec.ts'))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

describe('the source', () => {
  it('is checked as a whole', () => {
    expect(files.length).toBeGreaterThanOrEqual(50);
  });

  it.each(RULES)('$name', (rule) => {
    expect(broken(rule, files)).toEqual([]);
  });
});

describe('the check of the source itself', () => {
  it.each([
    ['src/a.ts', '// TODO: later', 'leaves no note of work to be done'],
    ['src/a.ts', '// FIXME', 'leaves no note of work to be done'],
    [
      'src/a.ts',
      'const a = process.env.HOME;',
      'reads the environment only in config, cli and the testing kit',
    ],
    ['src/mcp/a.ts', `process['env']`, 'reads the environment only in config, cli and the testing kit'],
    ['src/mcp/index.ts', '', 'has no barrel'],
    ['src/a.ts', 'a\n'.repeat(301), 'has no file of more than 300 lines'],
    ['src/a.ts', 'console.log(1);', 'writes to no console'],
  ])('goes red on %s with %j: %s', (path, text, name) => {
    expect(RULES.filter((rule) => rule.breaks({ path, text })).map((rule) => rule.name)).toEqual([name]);
  });

  it.each([
    ['src/config/a.ts', 'process.env'],
    ['src/cli/a.ts', 'process.env'],
    ['src/a.ts', 'a\n'.repeat(300)],
    ['src/mcp/reindex.ts', 'process.exitCode = 1;'],
  ])('stays green on %s with %j', (path, text) => {
    expect(RULES.filter((rule) => rule.breaks({ path, text }))).toEqual([]);
  });
});
