import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyCommand } from './policy.command.js';

let folder: string;
let variables: Record<string, string>;

const CONFIGURATION = `
policies:
  - name: no-night-work
    effect: deny
    match: { tools: ['*'] }
    when: now.getHours("Europe/Berlin") >= 22
    reason: Nobody works at night
  - name: approval
    effect: require
    match: { tools: [add] }
    when: size(arguments.numbers) > 2
    scopes: [approval]
`;

const HEAD = `
now: 2026-06-01T10:00:00Z
callers:
  alice: { scopes: ['mcp:tools:execute'] }
cases:
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-policy-command-'));
  await writeFile(join(folder, 'gatehouse.yaml'), CONFIGURATION);
  variables = {
    NODE_ENV: 'test',
    DATA_DIR: folder,
    GATEHOUSE_CONFIG_FILE: join(folder, 'gatehouse.yaml'),
  };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function test(cases: string, head = HEAD) {
  const path = join(folder, 'fixtures.yaml');
  await writeFile(path, head + cases);
  return policyCommand(['test', path], variables);
}

describe('gatehouse policy test', () => {
  it('explains each decision on one line', async () => {
    const { text, succeeded } = await test(`
  - { caller: alice, tool: add, arguments: { numbers: [1, 2] }, expect: allow, rule: declared-scopes }
  - { name: at night, caller: alice, tool: add, now: 2026-06-01T21:00:00Z, expect: deny, rule: no-night-work }
  - { caller: alice, tool: add, arguments: { numbers: [1, 2, 3] }, expect: require, scopes: [approval, 'mcp:tools:execute'] }
  - { caller: alice, tool: add, expect: deny }
  - { caller: { scopes: [] }, prompt: code_review_style, arguments: {}, expect: require }
  - { caller: { subject: bob }, resource: 'file:///a.txt', expect: require, scopes: ['mcp:resources:read'] }
  - { caller: alice, method: ping, expect: allow }
`);
    expect(text.split('\n')).toEqual([
      'ok    allow    tools/call add by alice  declared-scopes: mcp:tools:execute held',
      'ok    deny     tools/call add by alice  no-night-work: Nobody works at night  [at night]',
      'ok    require  tools/call add by alice  approval: needs mcp:tools:execute approval, lacks approval',
      'ok    deny     tools/call add by alice  approval: Denied: the rule approval cannot be evaluated for this request (approval failed: no_such_key)',
      expect.stringMatching(
        /^ok    require  prompts\/get code_review_style by somebody  declared-scopes: needs /,
      ),
      'ok    require  resources/read file:///a.txt by bob  declared-scopes: needs mcp:resources:read, lacks mcp:resources:read',
      'ok    allow    ping by alice  declared-scopes: none needed',
      '',
      '7 of 7 as expected',
    ]);
    expect(succeeded).toBe(true);
  });

  it.each([
    ['{ caller: alice, tool: add, arguments: { numbers: [1] }, expect: deny }', '(expected deny)'],
    [
      '{ caller: alice, tool: add, arguments: { numbers: [1] }, expect: allow, rule: other }',
      '(expected the rule other)',
    ],
    [
      '{ caller: { scopes: [] }, tool: add, arguments: { numbers: [1] }, expect: require, scopes: [x] }',
      '(expected the scopes x)',
    ],
    ['{ caller: alice, tool: ad, expect: allow }', 'this server has no tool ad; it has add, '],
    ['{ caller: alice, prompt: none, expect: allow }', 'this server has no prompt none'],
    ['{ caller: alice, method: tools/cal, expect: allow }', 'this server has no method tools/cal'],
    ["{ caller: alice, resource: 'shop://x', expect: deny }", 'no resource and no template for shop://x'],
  ])('fails %s', async (one, told) => {
    const { text, succeeded } = await test(`  - ${one}`);
    expect(text).toMatch(/^FAIL/);
    expect(text).toContain(told);
    expect(text).toContain('0 of 1 as expected');
    expect(succeeded).toBe(false);
  });

  it.each([
    ['{ caller: nobody, tool: add, expect: allow }', 'cases.0: there is no nobody under callers'],
    ['{ caller: constructor, tool: add, expect: allow }', 'there is no constructor under callers'],
    ['{ caller: alice, expect: allow }', 'cases.0: say one of tool, prompt, resource and method'],
    ['{ caller: alice, tool: a, prompt: b, expect: allow }', 'say one of tool, prompt, resource and method'],
    ['{ caller: alice, tool: add, params: {}, expect: allow }', 'params go with method'],
    ['{ caller: alice, method: ping, arguments: {}, expect: allow }', 'arguments go with tool or prompt'],
    ['{ caller: alice, tool: add, expect: maybe }', 'cases.0.expect'],
    ['{ caller: alice, tool: add, expect: allow, typo: 1 }', 'typo'],
    ['{ caller: alice, tool: add, now: tomorrow, expect: allow }', 'cases.0.now'],
    ['{ caller: ', 'cannot read'],
  ])('does not take %s for a case', async (one, problem) => {
    await expect(test(`  - ${one}`)).rejects.toThrow(problem);
  });

  it('says what is wrong with the rules, as the server would', async () => {
    const path = join(folder, 'wrong.yaml');
    await writeFile(path, 'policies: [{ name: typo, effect: deny, when: metod == "x" }]');
    await expect(
      policyCommand(['explain', '--method', 'ping'], { ...variables, GATEHOUSE_CONFIG_FILE: path }),
    ).rejects.toThrow('policies.0 (typo): when, column 1: Unknown variable: metod');
  });
});

describe('gatehouse policy explain', () => {
  it('tells what would be decided for one operation', async () => {
    const words = ['--tool', 'add', '--arguments', '{"numbers":[1,2]}', '--now', '2026-06-01T10:00:00Z'];
    const asked = await policyCommand(
      ['explain', ...words, '--scope', 'mcp:*', '--subject', 'bob'],
      variables,
    );
    expect(asked).toEqual({
      text: 'allow    tools/call add by bob  declared-scopes: mcp:tools:execute held',
      succeeded: true,
    });
  });

  it('knows the tools and policies of the program that --options names', async () => {
    const path = join(import.meta.dirname, '../../../test/fixtures/program-options.ts');
    const wave = ['explain', '--tool', 'wave', '--now', '2026-06-01T10:00:00Z'];
    const asked = await policyCommand([...wave, '--options', path], variables);
    expect(asked.text).toBe('deny     tools/call wave by somebody  closed-for-all: Closed');
  });

  it.each([
    [['explain'], 'say one of tool, prompt, resource and method'],
    [['explain', '--tool', 'add', '--arguments', '[1]'], '--arguments must be a JSON object'],
    [['explain', '--tool', 'add', '--arguments', '{'], '--arguments must be a JSON object'],
    [['explain', '--tool', 'add', '--now', 'soon'], 'soon is no time'],
    [['explain', '--tool', 'add', 'more'], 'what is more?'],
    [['explain', '--tol', 'add'], "Unknown option '--tol'"],
    [['explain', '--tool', 'add', '--options', 'nowhere.js'], 'cannot load nowhere.js'],
    [['test'], 'policy test takes one or more files'],
    [['test', 'nowhere.yaml'], 'cannot read nowhere.yaml'],
    [['prove'], 'policy prove: say test or explain'],
    [[], 'say test or explain'],
  ])('%j: says how to ask', async (words, problem) => {
    await expect(policyCommand(words, variables)).rejects.toThrow(problem);
  });
});
