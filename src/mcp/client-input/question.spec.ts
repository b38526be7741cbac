import { describe, expect, it } from 'vitest';
import type { Elicitation } from './client-input.js';
import { isAnswer, type Question, requireCapability } from './question.js';

const FORM: Question = {
  method: 'elicitation/create',
  params: {
    message: 'Who?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  },
};
const URL_MODE: Question = {
  method: 'elicitation/create',
  params: {
    mode: 'url',
    message: 'Sign in',
    url: 'https://example.com',
    elicitationId: '1',
  } satisfies Elicitation,
};
const SAMPLING: Question = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } };
const ROOTS: Question = { method: 'roots/list' };

describe('what a client can be asked (MCP client/elicitation, client/sampling, client/roots)', () => {
  it.each<[Question, object]>([
    [FORM, { elicitation: {} }],
    [FORM, { elicitation: { form: {} } }],
    [URL_MODE, { elicitation: { url: {} } }],
    [SAMPLING, { sampling: {} }],
    [ROOTS, { roots: { listChanged: true } }],
  ])('is %j where it declares %j', (question, declared) => {
    expect(() => requireCapability(question, declared as never)).not.toThrow();
  });

  it.each<[Question, object, object]>([
    [FORM, {}, { elicitation: {} }],
    [FORM, { elicitation: true }, { elicitation: {} }],
    [FORM, { elicitation: { url: {} } }, { elicitation: { form: {} } }],
    [URL_MODE, { elicitation: {} }, { elicitation: { url: {} } }],
    [URL_MODE, {}, { elicitation: { url: {} } }],
    [SAMPLING, { elicitation: {} }, { sampling: {} }],
    [ROOTS, { roots: null }, { roots: {} }],
  ])('is not %j where it declares %j: -32021 names %j', (question, declared, requiredCapabilities) => {
    expect(() => requireCapability(question, declared as never)).toThrow(
      expect.objectContaining({ code: -32_021, data: { requiredCapabilities } }),
    );
  });
});

describe('what answers a question', () => {
  it.each<[Question, unknown]>([
    [FORM, { action: 'accept', content: { name: 'Ada' } }],
    [FORM, { action: 'decline' }],
    [FORM, { action: 'cancel', content: 7 }],
    [URL_MODE, { action: 'accept' }],
    [SAMPLING, { role: 'assistant', content: { type: 'text', text: 'x' }, model: 'm' }],
    [ROOTS, { roots: [] }],
    [ROOTS, { roots: [{ uri: 'file:///a', name: 'a' }] }],
  ])('%j: %j does', (question, answer) => {
    expect(isAnswer(question, answer)).toBe(true);
  });

  it.each<[Question, unknown]>([
    [FORM, undefined],
    [FORM, null],
    [FORM, 'accept'],
    [FORM, { action: 'maybe' }],
    [FORM, { action: 'accept' }],
    [FORM, { action: 'accept', content: { name: 7 } }],
    [FORM, { action: 'accept', content: 'Ada' }],
    [SAMPLING, { role: 'assistant' }],
    [SAMPLING, { content: {} }],
    [ROOTS, {}],
    [ROOTS, { roots: ['file:///a'] }],
  ])('%j: %j does not', (question, answer) => {
    expect(isAnswer(question, answer)).toBe(false);
  });
});
