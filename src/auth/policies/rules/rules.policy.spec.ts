import { describe, expect, it } from 'vitest';
import { verifiedToken } from '../../../../test/support/engine.js';
import { operation, rulesPolicy } from '../../../../test/support/policies.js';
import type { PolicyRule } from '../../../config/policy-rule.js';
import type { Operation } from '../../scope-policy.js';

const DECLARED = ['mcp:tools:execute'];
const deny = (when: string, more: Partial<PolicyRule> = {}): Partial<PolicyRule> => ({
  effect: 'deny',
  when,
  ...more,
});

function denies(when: string, changes: Partial<Operation> = {}, token = verifiedToken()): boolean {
  const decision = rulesPolicy([deny(when, { reason: 'matched' })]).decide(
    token,
    operation(changes),
    DECLARED,
  );
  if (decision === undefined) return false;
  expect(decision).toMatchObject({ allowed: false, reason: 'matched' });
  return true;
}

describe('what a rule sees', () => {
  const token = Object.assign(
    verifiedToken({ subject: 'alice', clientId: 'cli', serviceAccount: true, scopes: ['mcp:tools:execute'] }),
    { claims: { groups: ['ops'], email: 'a@example.com' } },
  );

  it.each([
    ['method == "tools/call" && kind == "tool" && target == "deploy"', true],
    ['caller.subject == "alice" && caller.clientId == "cli" && caller.serviceAccount', true],
    ['caller.issuer == "https://issuer.example.com"', true],
    ['"mcp:tools:execute" in caller.scopes && "mcp:tools:read" in caller.scopes', true],
    ['caller.holds("mcp:tools:read") && !caller.holds("mcp:prompts:read")', true],
    ['"ops" in caller.claims.groups && caller.claims.email.endsWith("@example.com")', true],
    ['has(caller.claims.department)', false],
    ['arguments.amount > 1000 && arguments.amount == 1500 && arguments.tags[0] == "a"', true],
    ['has(arguments.nothing) && arguments.nothing == 1', false],
    ['now == timestamp("2026-06-01T20:00:00Z") && now.getHours("Europe/Berlin") == 22', true],
    ['target.matches("^dep(loy)$")', true],
    ['size(arguments.tags) > 1', false],
  ])('%s: %s', (when, applies) => {
    const policy = rulesPolicy([deny(when, { reason: 'matched' })], {
      now: new Date('2026-06-01T20:00:00Z'),
    });
    const asked = operation({ arguments: { amount: 1500, tags: ['a'] } });
    const decision = policy.decide(token, asked, DECLARED);
    expect(decision).toEqual(applies ? { allowed: false, reason: 'matched', rule: 'deny' } : undefined);
  });

  it('knows nothing of claims where the token carries none', () => {
    expect(denies('!has(caller.claims.groups)')).toBe(true);
  });
});

describe('what a rule is about', () => {
  it.each([
    [{}, {}, true],
    [{ methods: ['tools/*'] }, {}, true],
    [{ methods: ['prompts/*'] }, {}, false],
    [{ tools: ['dep*'] }, {}, true],
    [{ tools: ['dep*'] }, { kind: 'prompt' }, false],
    [{ prompts: ['dep*'] }, {}, false],
    [{ tools: ['other'], prompts: ['deploy'] }, { kind: 'prompt' }, true],
    [{ tools: ['*'] }, { kind: undefined, target: undefined }, false],
    [{ methods: ['tools/call'], tools: ['other'] }, {}, false],
    [{ resources: ['file:///a/**'] }, { kind: 'resource', target: 'file:///a/b' }, true],
    [{ resources: ['file:///{+path}'] }, { kind: 'resource-template', target: 'file:///{+path}' }, true],
  ] as const)('%j of %j: %s', (match, changes, applies) => {
    const policy = rulesPolicy([{ effect: 'deny', match: match as PolicyRule['match'] & object }]);
    expect(policy.decide(verifiedToken(), operation(changes), DECLARED) !== undefined).toBe(applies);
  });
});

describe('rules together', () => {
  const allow = { effect: 'allow', when: 'true' } as const;
  const require = (...scopes: string[]) =>
    ({ name: `require-${scopes.join('-')}`, effect: 'require', scopes }) as const;

  it.each([[[allow, deny('true')]], [[deny('true'), allow]], [[require('a'), deny('true'), allow]]])(
    'deny wins, wherever it stands: %j',
    (rules) => {
      const token = verifiedToken({ scopes: ['a'] });
      expect(rulesPolicy(rules).decide(token, operation(), DECLARED)).toMatchObject({
        reason: 'Denied by the rule deny',
      });
    },
  );

  it('asks for the scopes of every rule that applies, and the declared ones, at once', () => {
    const policy = rulesPolicy([allow, require('a', 'b'), require('c', 'b')]);
    expect(policy.decide(verifiedToken({ scopes: ['a', 'b'] }), operation(), DECLARED)).toEqual({
      allowed: false,
      requiredScopes: ['mcp:tools:execute', 'a', 'b', 'c'],
      rule: 'require-c-b',
    });
    const all = verifiedToken({ scopes: ['a', 'b', 'c'] });
    expect(policy.decide(all, operation(), DECLARED)).toEqual({ allowed: true, rule: 'allow' });
    expect(policy.scopes()).toEqual(['a', 'b', 'c']);
  });

  it('says nothing where no rule applies, and where what is required is held', () => {
    const policy = rulesPolicy([deny('false'), require('a')]);
    expect(policy.decide(verifiedToken({ scopes: ['a'] }), operation(), DECLARED)).toBeUndefined();
  });
});

describe('a rule that cannot be evaluated', () => {
  const FAILING = [
    'arguments.missing == 1',
    'arguments.text > 1',
    'arguments.text + 1.0 == 2.0',
    'arguments.amount / 0.0 > 1.0 && int(arguments.text) == 1',
    'timestamp(arguments.text) < now',
    'arguments.odd.a == 1',
    'arguments.list[7] == 1',
  ];
  const args = { text: 'SECRET', amount: 1, odd: JSON.parse('{"constructor":1,"a":1}') as unknown, list: [] };

  it.each(FAILING)(
    'denies as a deny and as a require rule, and allows nothing as an allow rule: %s',
    (when) => {
      const lines: string[] = [];
      const decide = (rule: Partial<PolicyRule>) =>
        rulesPolicy([{ when, ...rule }], { write: (line) => void lines.push(line) }).decide(
          verifiedToken({ scopes: ['a', ...DECLARED] }),
          operation({ arguments: args }),
          DECLARED,
        );
      const denied = { allowed: false, reason: expect.stringContaining('cannot be evaluated') as string };
      expect(decide({ effect: 'deny' })).toMatchObject(denied);
      expect(decide({ effect: 'require', scopes: ['a'] })).toMatchObject(denied);
      expect(decide({ effect: 'allow' })).toBeUndefined();
      expect(lines).toHaveLength(3);
      expect(lines.join('')).not.toContain('SECRET');
    },
  );
});

describe('a rule under a flood', () => {
  const many = Array.from({ length: 100_000 }, (_, index) => index);

  it('answers at once for arguments that are too large for a loop, with no', () => {
    expect(
      rulesPolicy([{ effect: 'deny', when: 'arguments.list.exists(x, x == -1)' }]).decide(
        verifiedToken(),
        operation({ arguments: { list: many } }),
        DECLARED,
      ),
    ).toMatchObject({ reason: expect.stringContaining('cannot be evaluated') as string });
  });

  it('does not mind large arguments where it does not go through them', () => {
    expect(denies('arguments.amount > 5', { arguments: { list: many, amount: 1 } })).toBe(false);
    expect(denies('arguments.text.startsWith("a")', { arguments: { text: 'a'.repeat(4_000_000) } })).toBe(
      true,
    );
  });

  it('matches in linear time what takes others for ever', () => {
    const text = `${'a'.repeat(50_000)}b`;
    expect(denies('arguments.text.matches("^(a+)+$")', { arguments: { text } })).toBe(false);
  });
});
