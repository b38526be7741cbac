import { globSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '../../src');

/**
 * The folders of src and what each may import of the others. main, cli and banner stand above roles; roles puts the parts
 * together; the parts know mcp, mcp knows auth, auth knows oauth. `(root)` are the files of src itself.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  '(root)': ['audit', 'auth', 'config', 'logging', 'mcp', 'oauth', 'roles', 'testing'],
  cli: [
    'audit',
    'authorization-server',
    'config',
    'http',
    'logging',
    'mcp',
    'metrics',
    'oauth',
    'roles',
    'storage',
  ],
  roles: [
    '(root)',
    'audit',
    'auth',
    'authorization-server',
    'config',
    'health',
    'http',
    'logging',
    'mcp',
    'metrics',
    'oauth',
    'prompts',
    'proxy',
    'resources',
    'storage',
    'tools',
    'tracing',
  ],
  resources: ['logging', 'mcp'],
  tools: ['mcp'],
  prompts: ['mcp'],
  proxy: ['http', 'logging', 'metrics', 'oauth'],
  'authorization-server': ['audit', 'config', 'http', 'logging', 'metrics', 'oauth', 'storage'],
  mcp: ['audit', 'auth', 'config', 'http', 'logging', 'metrics', 'oauth'],
  auth: ['config', 'http', 'logging', 'metrics', 'oauth'],
  oauth: [],
  audit: ['http', 'logging', 'metrics', 'storage'],
  config: [],
  health: [],
  http: [],
  logging: [],
  metrics: [],
  storage: [],
  testing: ['audit', 'auth', 'authorization-server', 'config', 'logging', 'mcp', 'oauth', 'roles'],
  tracing: ['config', 'http', 'storage'],
};

/** From the top down: a folder imports only what stands in a row below its own. Those of the last row import nothing. */
const LAYERS: readonly (readonly string[])[] = [
  ['(root)', 'cli'],
  ['testing'],
  ['roles'],
  ['resources', 'tools', 'prompts', 'proxy', 'authorization-server'],
  ['mcp'],
  ['auth'],
  ['oauth', 'audit', 'tracing'],
  ['config', 'health', 'http', 'logging', 'metrics', 'storage'],
];

/** `version.ts` is a fact about the program, not a layer: roles may read it. */
const EXEMPT: ReadonlySet<string> = new Set(['roles -> (root)']);

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function folderOf(path: string): string {
  const [first = '', ...rest] = path.split('/');
  return rest.length === 0 ? '(root)' : first;
}

/** The imports of a file that lead to another folder. */
function importsOf(file: string, text: string): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.')) return [];
    const target = posix.join(posix.dirname(file), fileName);
    const to = target.startsWith('..') ? 'outside src' : folderOf(target);
    return to === folderOf(file) ? [] : [{ file, from: folderOf(file), to }];
  });
}

function violations(imports: readonly Import[]): string[] {
  return imports
    .filter(({ from, to }) => !ALLOWED[from]?.includes(to))
    .map(({ file, from, to }) => `${file}: ${from} must not import ${to}`);
}

const files = globSync('**/*.ts', { cwd: SOURCE })
  .map((file) => relative('.', file).split(sep).join('/'))
  .filter((file) => !file.endsWith('.spec.ts'));
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(SOURCE, file), 'utf8')));

describe('import direction', () => {
  it('is checked over the whole source', () => {
    expect(files.length).toBeGreaterThanOrEqual(50);
    expect(imports.length).toBeGreaterThanOrEqual(50);
  });

  it('holds the allow-list of every folder', () => {
    expect(violations(imports)).toEqual([]);
  });

  it('names every folder', () => {
    expect([...new Set(files.map(folderOf))].toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
    expect(LAYERS.flat().toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
  });

  it('allows nothing that no file uses', () => {
    const used = new Set(imports.map(({ from, to }) => `${from} -> ${to}`));
    const unused = Object.entries(ALLOWED).flatMap(([from, targets]) =>
      targets.map((to) => `${from} -> ${to}`).filter((edge) => !used.has(edge)),
    );
    expect(unused).toEqual([]);
  });

  it('only ever allows downwards', () => {
    const rank = (folder: string): number => LAYERS.findIndex((row) => row.includes(folder));
    const upwards = Object.entries(ALLOWED).flatMap(([from, targets]) =>
      targets
        .filter((to) => rank(to) <= rank(from) && !EXEMPT.has(`${from} -> ${to}`))
        .map((to) => `${from} -> ${to}`),
    );
    expect(upwards).toEqual([]);
    expect(LAYERS.at(-1)?.flatMap((leaf) => ALLOWED[leaf])).toEqual([]);
  });
});

describe('the check of the import direction itself', () => {
  it.each([
    ['auth/x.ts', `import { a } from '../mcp/a.js';`, 'auth/x.ts: auth must not import mcp'],
    ['auth/x.ts', `import type { A } from '../mcp/a.js';`, 'auth/x.ts: auth must not import mcp'],
    ['auth/x.ts', `export * from '../mcp/a.js';`, 'auth/x.ts: auth must not import mcp'],
    ['auth/x.ts', `export { a } from '../mcp/a.js';`, 'auth/x.ts: auth must not import mcp'],
    ['auth/x.ts', `import '../mcp/a.js';`, 'auth/x.ts: auth must not import mcp'],
    ['auth/x.ts', `const a = await import('../mcp/a.js');`, 'auth/x.ts: auth must not import mcp'],
    [
      'mcp/methods/x.ts',
      `import { a } from '../../roles/a.js';`,
      'mcp/methods/x.ts: mcp must not import roles',
    ],
    ['oauth/x.ts', `import { a } from '../main.js';`, 'oauth/x.ts: oauth must not import (root)'],
    [
      'oauth/x.ts',
      `import { a } from '../../test/support/a.js';`,
      'oauth/x.ts: oauth must not import outside src',
    ],
    ['news/x.ts', `import { a } from '../oauth/a.js';`, 'news/x.ts: news must not import oauth'],
  ])('goes red on %s with %s', (file, text, violation) => {
    expect(violations(importsOf(file, text))).toEqual([violation]);
  });

  it.each([
    ['auth/x.ts', `import { a } from '../oauth/a.js';`],
    ['mcp/methods/x.ts', `import { a } from '../a.js'; import b from 'zod';`],
    ['auth/x.ts', `// import { a } from '../mcp/a.js';`],
    ['auth/x.ts', `const a = "import '../mcp/a.js'";`],
  ])('stays green on %s with %s', (file, text) => {
    expect(violations(importsOf(file, text))).toEqual([]);
  });
});
