import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/requirements.md');
const COUNT = 77;

interface Requirement {
  readonly id: string;
  readonly text: string;
  /** `proved`, or `issue N` for what is open. */
  readonly status: string;
  /** The cell as it stands: `path > test name` entries in backticks, separated by `<br>`. */
  readonly tests: string;
}

/** The rows `| R1 | text | status | tests |` of a document. A `|` inside a cell is written `\|`. */
function requirementsIn(document: string): Requirement[] {
  return document.split('\n').flatMap((line) => {
    if (!/^\|\s*R\d+\s*\|/.test(line)) return [];
    const cells = line
      .trim()
      .replace(/^\||(?<!\\)\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
    const [id = '', text = '', status = '', tests = '', ...more] = cells;
    if (more.length > 0)
      throw new Error(`${id}: the row has more than four cells; write \\| for a | inside one`);
    return [{ id, text, status, tests }];
  });
}

const OPEN_ISSUE = /^(?:open\s+)?\[?issue #?\d+\]?(?:\([^)]*\))?$/i;

/** What is wrong with the tests that a requirement names. */
function problemsOf(
  { id, status, tests }: Requirement,
  read: (path: string) => string | undefined,
): string[] {
  const entries = tests.split(/\s*<br\s*\/?>\s*/).filter((entry) => entry !== '');
  if (entries.length === 0 && !OPEN_ISSUE.test(status))
    return [`${id}: names neither a test nor an open issue`];
  return entries.flatMap((entry) => {
    if (OPEN_ISSUE.test(entry)) return [];
    const [, path, name] = /^`([^`]+?) > ([^`]+)`$/.exec(entry) ?? [];
    if (path === undefined || name === undefined) {
      return [`${id}: "${entry}" is neither \`path > test name\` nor "issue N"`];
    }
    const source = read(path);
    if (source === undefined) return [`${id}: there is no file ${path}`];
    return isTestOf(source, name) ? [] : [`${id}: ${path} has no test "${name}"`];
  });
}

/** True where the name stands in the file as the whole of a string literal. */
function isTestOf(source: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => {
    const escaped = name.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
    return [name, escaped].some((text) => source.includes(`${quote}${text}${quote}`));
  });
}

function readSource(path: string): string | undefined {
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function requirements(): Requirement[] {
  if (!existsSync(DOCUMENT)) {
    throw new Error(
      'docs/requirements.md is missing: it has to hold a row | R1 | text | status | tests | for R1 to R77',
    );
  }
  return requirementsIn(readFileSync(DOCUMENT, 'utf8'));
}

describe('docs/requirements.md', () => {
  it('holds R1 to R77, each exactly once', () => {
    const ids = requirements().map(({ id }) => id);
    const expected = Array.from({ length: COUNT }, (_, index) => `R${index + 1}`);
    expect(ids.toSorted((left, right) => Number(left.slice(1)) - Number(right.slice(1)))).toEqual(expected);
  });

  it('says of each what it is and how it stands', () => {
    const silent = requirements().filter(({ text, status }) => text === '' || status === '');
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it('names for each a test that is there, or an open issue', () => {
    expect(requirements().flatMap((requirement) => problemsOf(requirement, readSource))).toEqual([]);
  });
});

describe('the check of docs/requirements.md itself', () => {
  const source = `it('refuses a token without exp', f); it.each(rows)('answers %s with %i', f); it("it's \`odd\`", f);`;
  const read = (path: string): string | undefined => (path === 'src/a.spec.ts' ? source : undefined);
  const problems = (tests: string): string[] => problemsOf({ id: 'R1', text: 't', status: 's', tests }, read);

  it('reads rows, and a | inside a cell', () => {
    const document = String.raw`
| Id | Requirement | Status | Tests |
| -- | ----------- | ------ | ----- |
| R1 | text        | done   | issue 1 |
|R2|a \| b|open|${'`a.ts > b`'}<br>issue 2|
`;
    expect(requirementsIn(document)).toEqual([
      { id: 'R1', text: 'text', status: 'done', tests: 'issue 1' },
      { id: 'R2', text: 'a | b', status: 'open', tests: '`a.ts > b`<br>issue 2' },
    ]);
  });

  it('refuses a row with a cell too many', () => {
    expect(() => requirementsIn('| R1 | a | b | c | d |')).toThrow('R1: the row has more than four cells');
  });

  it('takes an open issue for the status of what no test proves yet', () => {
    const open = { id: 'R1', text: 't', status: 'issue 4', tests: '' };
    expect(problemsOf(open, read)).toEqual([]);
    expect(problemsOf({ ...open, tests: '`src/b.spec.ts > x`' }, read)).toEqual([
      'R1: there is no file src/b.spec.ts',
    ]);
  });

  it.each([
    '`src/a.spec.ts > refuses a token without exp`',
    '`src/a.spec.ts > answers %s with %i`',
    '`src/a.spec.ts > refuses a token without exp`<br>`src/a.spec.ts > answers %s with %i`',
    '`src/a.spec.ts > refuses a token without exp` <br/> issue 12',
    'issue 7',
    'open issue #7',
    '[issue 7](https://example.com/7)',
  ])('stays green on %s', (tests) => {
    expect(problems(tests)).toEqual([]);
  });

  it.each([
    ['', 'R1: names neither a test nor an open issue'],
    ['`src/b.spec.ts > refuses a token without exp`', 'R1: there is no file src/b.spec.ts'],
    ['`src/a.spec.ts > refuses a token`', 'R1: src/a.spec.ts has no test "refuses a token"'],
    [
      'src/a.spec.ts > refuses a token',
      'R1: "src/a.spec.ts > refuses a token" is neither `path > test name` nor "issue N"',
    ],
    ['later', 'R1: "later" is neither `path > test name` nor "issue N"'],
    ['issue 7<br>later', 'R1: "later" is neither `path > test name` nor "issue N"'],
  ])('goes red on %j', (tests, problem) => {
    expect(problems(tests)).toEqual([problem]);
  });
});
