import type { RawAnswer } from './answer.js';
import type { DifferentialCase, Step } from './differential-case.js';
import { META, modern, type WireRequest } from './wire-request.js';

const CAN_ASK = { [META.capabilities]: { elicitation: {} } };

function ask(rest: Record<string, unknown> = {}): WireRequest {
  return modern('tools/call', { name: 'ask', _meta: CAN_ASK, ...rest });
}

function stateOf(answer: RawAnswer | undefined): unknown {
  const { result } = JSON.parse(answer?.body ?? '{}') as { result?: { requestState?: unknown } };
  return result?.requestState;
}

/** Asks again with the state of the answer before. */
function again(inputResponses: unknown, rest: Record<string, unknown> = {}): Step {
  return (answers) => ask({ requestState: stateOf(answers.at(-1)), inputResponses, ...rest });
}

const accept = (content: unknown): object => ({ name: { action: 'accept', content } });

/** Multi round-trip requests (2026-07-28, basic/patterns/mrtr). */
export const CONVERSATION_CASES: readonly DifferentialCase[] = [
  { name: 'rounds: an answer', steps: [ask(), again(accept({ name: 'Ada' }))] },
  { name: 'rounds: declined', steps: [ask(), again({ name: { action: 'decline' } })] },
  { name: 'rounds: cancelled', steps: [ask(), again({ name: { action: 'cancel' } })] },
  { name: 'rounds: no answer', steps: [ask(), again({})] },
  { name: 'rounds: no answers at all', steps: [ask(), again(undefined)] },
  { name: 'rounds: answers that are a list', steps: [ask(), again([])] },
  { name: 'rounds: answers that are a text', steps: [ask(), again('yes')] },
  { name: 'rounds: an answer to something else', steps: [ask(), again({ other: { action: 'accept' } })] },
  {
    name: 'rounds: an answer and more than was asked',
    steps: [ask(), again({ ...accept({ name: 'Ada' }), other: { action: 'accept' } })],
  },
  { name: 'rounds: an answer that breaks the form', steps: [ask(), again(accept({ name: 'A' }))] },
  { name: 'rounds: an answer of an unknown action', steps: [ask(), again({ name: { action: 'maybe' } })] },
  { name: 'rounds: an answer that is wrapped', steps: [ask(), again({ name: { method: 'x', result: {} } })] },
  {
    name: 'rounds: right at the second try',
    steps: [ask(), again(accept({ name: 'A' })), again(accept({ name: 'Ada' }))],
  },
  {
    name: 'rounds: a state that was changed',
    steps: [
      ask(),
      (answers) =>
        ask({ requestState: `${String(stateOf(answers[0]))}x`, inputResponses: accept({ name: 'Ada' }) }),
    ],
  },
  { name: 'rounds: a state that is a number', steps: [ask({ requestState: 5 })] },
  { name: 'rounds: a state that is empty', steps: [ask({ requestState: '' })] },
  {
    name: 'rounds: a state on a method that has no rounds',
    steps: [modern('tools/list', { requestState: 'x', inputResponses: {} })],
  },
  {
    name: 'rounds: another client, which cannot be asked',
    steps: [ask(), again({}, { _meta: { [META.capabilities]: {} } })],
  },
  {
    name: 'rounds: a client that can be asked by URL only',
    steps: [ask({ _meta: { [META.capabilities]: { elicitation: { url: {} } } } })],
  },
  {
    name: 'rounds: a client that can be asked by form',
    steps: [ask({ _meta: { [META.capabilities]: { elicitation: { form: {} } } } })],
  },
];
