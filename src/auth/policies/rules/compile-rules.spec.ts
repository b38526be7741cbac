import { describe, expect, it } from 'vitest';
import { compileRules, RuleProblems } from './compile-rules.js';

function problemOf(when: string): string | undefined {
  try {
    compileRules([{ name: 'x', effect: 'deny', when }]);
  } catch (error) {
    return (error as RuleProblems).problems.join('\n');
  }
  return undefined;
}

describe('the rules of the YAML file, at the start', () => {
  it.each([
    ['metod == "tools/call"', 'when, column 1: Unknown variable: metod; there are method, kind, target'],
    [
      '"a" in caller.scopes &&\n  caller.scope == "a"',
      'when, line 2, column 10: No such key: scope; caller has subject',
    ],
    ['method ==', 'when, column 10: Unexpected token'],
    ['arguments.amount', 'is of type dyn, and must be true or false; compare it'],
    ['method', 'is of type string, and must be true or false'],
    ['now > "2026"', 'no such overload'],
    ['now.getHours("Europe/Berlim") > 1', 'when, column 14: Invalid time zone specified: Europe/Berlim'],
    ['now.getHours(arguments.zone) > 1', 'takes a time zone in quotes'],
    ['shell("ls")', "no matching overload for 'shell"],
    ['target.matches("(a")', 'when, column 16: error parsing regexp'],
    ['target.matches("(?<=a)b")', 'error parsing regexp'],
    ['target.matches(arguments.pattern)', 'matches() takes a pattern in quotes, nothing computed'],
    ['arguments.a.exists(x, x.matches(arguments.p))', 'matches() takes a pattern in quotes'],
    ['arguments.a.all(x, arguments.b.all(y, arguments.c.all(z, z == y)))', 'could take too long'],
    ['arguments.a.all(x, arguments.b.all(y, y in arguments.c))', 'could take too long'],
    ['arguments.a.map(x, arguments.a.map(y, arguments.a.map(z, z))).size() > 1', 'could take too long'],
    ['true '.concat('&& true '.repeat(300)), 'Exceeded max'],
    ['('.repeat(60) + 'true' + ')'.repeat(60), 'Exceeded max'],
  ])('refuses %j and says where and why', (when, problem) => {
    expect(problemOf(when)).toContain('policies.0 (x): ');
    expect(problemOf(when)).toContain(problem);
  });

  it('names everything that is wrong at once', () => {
    const compile = () =>
      compileRules([
        { name: 'one', effect: 'deny', when: 'a' },
        { name: 'two', effect: 'deny', when: 'true' },
        { name: 'three', effect: 'deny', when: 'b' },
      ]);
    expect(compile).toThrow(/policies\.0 \(one\).*\n.*policies\.2 \(three\)/);
  });

  it.each([
    'has(arguments.amount) && arguments.amount > 1000',
    'caller.claims.groups.exists(g, g in ["a", "b"])',
    'caller.scopes.exists(s, arguments.list.exists(l, l == "x" || s.startsWith("y")))',
    'arguments.a.exists(x, arguments.b.exists(y, x == y))',
    'caller.holds("mcp:tools:execute") && !caller.serviceAccount',
    'now.getHours("Europe/Berlin") >= 22',
    'now < timestamp("2027-01-01T00:00:00Z")',
    'target.matches("^(prod|stage)-") && kind == "tool"',
  ])('takes %j', (when) => {
    expect(problemOf(when)).toBeUndefined();
  });
});
