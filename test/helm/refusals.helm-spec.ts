import { describe, expect, it } from 'vitest';
import { set } from './assignments.js';
import { CONTRADICTIONS } from './contradictions.js';
import { HELM_VERSIONS, render } from './helm.js';
import { TYPOS } from './typos.js';

async function refusalOf(args: readonly string[], version: '3' | '4' = '4'): Promise<string> {
  return render(args, { version }).then(
    () => 'rendered',
    (error: Error) => error.message,
  );
}

describe.each(HELM_VERSIONS)('with Helm %s', (version) => {
  it.each(TYPOS)('a typo is refused: %s', async (_what, args, message) => {
    const refusal = await refusalOf(args, version);
    expect(refusal).toMatch(/values don't meet the specifications of the schema/);
    expect(refusal).toMatch(message);
  });

  it.each(CONTRADICTIONS)(
    'a contradiction is refused, with the value to change: %s',
    async (_what, args, message) => {
      expect(await refusalOf(args, version)).toContain(message);
    },
  );
});

describe('what is wrong', () => {
  it('is said all at once', async () => {
    const refusal = await refusalOf(
      set('publicUrl=http://gate.example.com', 'replicas=3', 'service.nodePort=30080'),
    );
    expect(refusal.match(/^- .*$/gm)?.map((line) => line.slice(2, line.indexOf(':')))).toEqual([
      'publicUrl',
      'signIn.mode',
      'database.existingSecret',
      'stateSecret.existingSecret',
      'service.nodePort',
    ]);
  });
});
