import { describe, expect, it } from 'vitest';
import { createTestContext } from './create-test-context.js';

const FORM = {
  message: 'Sure?',
  requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] },
};

describe('createTestContext', () => {
  it('keeps what the client would have heard', () => {
    const context = createTestContext();
    context.progress(1, 2, 'half');
    context.progress(2);
    context.log('warning', { a: 1 }, 'shop');
    context.log('info', 'b');
    expect(context.heard).toEqual({
      progress: [{ progress: 1, total: 2, message: 'half' }, { progress: 2 }],
      logs: [
        { level: 'warning', data: { a: 1 }, logger: 'shop' },
        { level: 'info', data: 'b' },
      ],
      questions: [],
    });
  });

  it('answers one after the other, and says when there are no answers left', async () => {
    const elicit = [{ action: 'accept', content: { sure: true } }, { action: 'cancel' }] as const;
    const context = createTestContext({ answers: { elicit } });
    expect(await context.elicit('one', FORM)).toEqual({ action: 'accept', content: { sure: true } });
    expect(await context.elicit('two', FORM)).toEqual({ action: 'cancel' });
    await expect(context.elicit('three', FORM)).rejects.toThrow(
      'asked elicitation/create 3 times; the test has 2 answers',
    );
    expect(context.heard.questions.map(({ key }) => key)).toEqual(['one', 'two', 'three']);
  });

  it('fails for what no client declared, and for an answer that does not fit', async () => {
    await expect(createTestContext().sample('joke', { messages: [], maxTokens: 1 })).rejects.toMatchObject({
      name: 'MissingClientCapability',
    });
    const wrong = createTestContext({ answers: { elicit: { action: 'accept', content: { sure: 'yes' } } } });
    await expect(wrong.elicit('sure', FORM)).rejects.toThrow('does not fit the question');
  });

  it('answers by a function, and asks for roots', async () => {
    const context = createTestContext({ answers: { roots: () => Promise.resolve({ roots: [] }) } });
    expect(await context.listRoots('roots')).toEqual({ roots: [] });
  });

  it('is aborted by the test, for a caller of its choice', () => {
    const context = createTestContext({ token: { subject: 'ada', scopes: ['a'] } });
    expect(context.token).toMatchObject({ subject: 'ada', clientId: 'client_1', scopes: ['a'] });
    expect(context.signal.aborted).toBe(false);
    context.abort(new Error('enough'));
    expect(context.signal.reason).toEqual(new Error('enough'));
  });
});
