import { describe, expect, it } from 'vitest';
import { verifiedToken } from '../../../test/support/engine.js';
import { operation } from '../../../test/support/policies.js';
import { type PolicyAnswer, ScopePolicy } from '../scope-policy.js';
import { AllOfPolicies, FirstDecisivePolicy } from './combined-policies.js';

type Answer = PolicyAnswer | Promise<PolicyAnswer>;

class Fixed extends ScopePolicy {
  asked = 0;

  constructor(private readonly answer: () => Answer) {
    super();
  }

  override decide(): Answer {
    this.asked++;
    return this.answer();
  }

  override scopes(): readonly string[] {
    return ['of:all', `of:${this.asked}`];
  }
}

const YES = { allowed: true } as const;
const NO = { allowed: false, reason: 'no' } as const;
const needs = (...requiredScopes: string[]) => ({ allowed: false, requiredScopes }) as const;
const NOTHING = undefined;

/** Every answer at once, and after a turn of the event loop. */
const asking = [
  ['at once', (answer: PolicyAnswer): Answer => answer],
  ['later', (answer: PolicyAnswer): Answer => Promise.resolve(answer)],
] as const;

describe.each(asking)('policies together, answering %s', (_when, give) => {
  const of = (...answers: PolicyAnswer[]) => answers.map((answer) => new Fixed(() => give(answer)));
  const decide = async (policy: ScopePolicy) => policy.decide(verifiedToken(), operation(), []);

  it.each([
    [[NOTHING, YES, NO], YES],
    [[NOTHING, NO, YES], NO],
    [[needs('a'), YES], needs('a')],
    [[NOTHING, NOTHING], undefined],
    [[], undefined],
  ])('the first decisive of %j: %j', async (answers, decision) => {
    expect(await decide(new FirstDecisivePolicy(of(...answers)))).toEqual(decision);
  });

  it('does not ask those behind the one that decided', async () => {
    const members = of(NOTHING, NO, YES);
    await decide(new FirstDecisivePolicy(members));
    expect(members.map(({ asked }) => asked)).toEqual([1, 1, 0]);
  });

  it.each([
    [[YES, YES], YES],
    [[NOTHING, YES], YES],
    [[YES, NO], NO],
    [[needs('a'), NO, YES], NO],
    [[needs('a', 'b'), YES, needs('b', 'c')], needs('a', 'b', 'c')],
    [[NOTHING, NOTHING], undefined],
    [[], undefined],
  ])('all of %j: %j', async (answers, decision) => {
    expect(await decide(new AllOfPolicies(of(...answers)))).toEqual(decision);
  });

  it.each([null, 'yes', {}, { allowed: 'true' }, { allowed: 1 }, []])(
    'all of yes and %j is no yes',
    async (answer) => {
      const decision = decide(new AllOfPolicies(of(YES, answer as never)));
      const allowed = await decision.then(
        (given) => (given as { allowed?: unknown } | undefined)?.allowed === true,
        () => false,
      );
      expect(allowed).toBe(false);
    },
  );

  it('passes a failure on', async () => {
    const broken = new Fixed(() => {
      throw new Error('broken');
    });
    await expect(decide(new FirstDecisivePolicy([...of(NOTHING), broken]))).rejects.toThrow('broken');
    await expect(decide(new AllOfPolicies([...of(YES), broken]))).rejects.toThrow('broken');
  });
});

describe('policies together', () => {
  it('name the scopes of all of them once', () => {
    const members = [new Fixed(() => YES), new Fixed(() => YES)];
    expect(new FirstDecisivePolicy(members).scopes({ tools: [] })).toEqual(['of:all', 'of:0']);
  });
});
