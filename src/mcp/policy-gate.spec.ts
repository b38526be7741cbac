import { afterEach, describe, expect, it, vi } from 'vitest';
import { verifiedToken } from '../../test/support/engine.js';
import { ScopePolicy } from '../auth/scope-policy.js';
import { createLogger } from '../logging/logger.js';
import { InsufficientScope } from './insufficient-scope.js';
import { McpOperation } from './mcp-operation.js';
import { PolicyDenied } from './policy-denied.js';
import { PolicyFailed } from './policy-failed.js';
import { PolicyGate } from './policy-gate.js';

class Answering extends ScopePolicy {
  constructor(private readonly answer: (target: string | undefined) => unknown) {
    super();
  }

  override decide(_token: unknown, { target }: { target?: string | undefined }): never {
    return this.answer(target) as never;
  }
}

const READ = (uri: string) => ({
  operation: new McpOperation('resources/read', { uri }, 'resource', uri),
  scopes: ['a'],
});

function gateOf(answer: (target: string | undefined) => unknown): { gate: PolicyGate; log: () => string } {
  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line) => void lines.push(line) });
  return { gate: new PolicyGate(new Answering(answer), logger), log: () => lines.join('') };
}

afterEach(() => vi.useRealTimers());

describe('the gate of the policy', () => {
  it('lets pass what is allowed, at once where the policy answers at once', () => {
    expect(gateOf(() => ({ allowed: true })).gate.refusal(verifiedToken(), READ('a:b'))).toBeUndefined();
  });

  it.each([
    [{ allowed: false, requiredScopes: ['a', 'b'], rule: 'r' }, InsufficientScope],
    [{ allowed: false, reason: 'never', rule: 'r' }, PolicyDenied],
  ])('refuses with %j', async (decision, kind) => {
    for (const answer of [() => decision, () => Promise.resolve(decision)]) {
      const refusal = await gateOf(answer).gate.refusal(verifiedToken(), READ('a:b'));
      expect(refusal).toBeInstanceOf(kind);
      expect(refusal).toMatchObject({ rule: 'r' });
    }
  });

  it.each([
    undefined,
    null,
    true,
    'yes',
    1,
    [],
    {},
    { allowed: 'true' },
    { allowed: 1 },
    { allowed: undefined },
    { allowed: false },
    { allowed: false, requiredScopes: [] },
    { allowed: false, requiredScopes: 'a' },
    { allowed: false, requiredScopes: [1] },
    { allowed: false, reason: 1 },
    { allowed: false, reason: 'no', requiredScopes: ['a'] },
  ])('takes %j for no, not for yes, and says so in the log', async (garbage) => {
    for (const answer of [() => garbage, () => Promise.resolve(garbage)]) {
      const { gate, log } = gateOf(answer);
      expect(await gate.refusal(verifiedToken(), READ('a:b'))).toBeInstanceOf(PolicyFailed);
      expect(log()).toContain('the scope policy failed, which denies');
    }
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('refuses where the policy %s', async (_what, answer) => {
    const { gate, log } = gateOf(answer);
    expect(await gate.refusal(verifiedToken(), READ('a:b'))).toBeInstanceOf(PolicyFailed);
    expect(log()).toContain('broken');
  });

  it('refuses after five seconds what the policy has not decided, whatever it says later', async () => {
    vi.useFakeTimers();
    const { promise, resolve } = Promise.withResolvers();
    const { gate, log } = gateOf(() => promise);
    const refusal = gate.refusal(verifiedToken(), READ('a:b'));
    await vi.advanceTimersByTimeAsync(5_000);
    resolve({ allowed: true });
    expect(await refusal).toBeInstanceOf(PolicyFailed);
    expect(log()).toContain('longer than 5000 ms');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks for each thing that an operation amounts to, and takes one no for all', async () => {
    const listen = {
      operation: new McpOperation('subscriptions/listen', {}),
      scopes: [],
      also: [READ('file:///a'), READ('file:///secret')],
    };
    const decide = (refused: object) =>
      gateOf((target) => (target === 'file:///secret' ? refused : { allowed: true })).gate.refusal(
        verifiedToken(),
        listen,
      );
    expect(await decide({ allowed: true })).toBeUndefined();
    expect(await decide({ allowed: false, reason: 'closed' })).toBeInstanceOf(PolicyDenied);
    expect(await decide({ allowed: false, requiredScopes: ['a'] })).toBeInstanceOf(InsufficientScope);
    expect(await decide({})).toBeInstanceOf(PolicyFailed);
  });
});
