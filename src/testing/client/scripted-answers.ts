import type {
  Elicitation,
  ElicitationAnswer,
  RootsAnswer,
  Sampling,
  SamplingAnswer,
} from '../../mcp/client-input/client-input.js';
import type { Answerer, AskedQuestion } from './mcp-peer.js';

/** One answer for all questions, one after the other, or what a function makes of each. */
export type Scripted<Question, Answer> =
  Answer | readonly Answer[] | ((question: Question) => Answer | Promise<Answer>);

/** What the client says when it is asked. It declares the capabilities for what is here, and no others. */
export interface ScriptedAnswers {
  /** The user's answer to `context.elicit`. */
  readonly elicit?: Scripted<Elicitation, ElicitationAnswer>;
  /** The model's answer to `context.sample`. */
  readonly sample?: Scripted<Sampling, SamplingAnswer>;
  /** The answer to `context.listRoots`. */
  readonly roots?: Scripted<undefined, RootsAnswer>;
}

const ANSWERED_BY: Readonly<Record<string, keyof ScriptedAnswers>> = {
  'elicitation/create': 'elicit',
  'sampling/createMessage': 'sample',
  'roots/list': 'roots',
};

/** The capabilities that a client declares which has these answers. */
export function declaredCapabilities({ elicit, sample, roots }: ScriptedAnswers): Record<string, unknown> {
  return {
    ...(elicit === undefined ? {} : { elicitation: { form: {}, url: {} } }),
    ...(sample === undefined ? {} : { sampling: {} }),
    ...(roots === undefined ? {} : { roots: {} }),
  };
}

/** Answers by the script. The answerer throws where the script has no answer, or none any more. */
export function answererOf(answers: ScriptedAnswers): Answerer {
  const next = new Map<keyof ScriptedAnswers, number>();
  return ({ method, params }: AskedQuestion) => {
    const kind = ANSWERED_BY[method];
    const scripted = kind && answers[kind];
    if (kind === undefined || scripted === undefined)
      throw new Error(`the server asked ${method}, for which the test has no answer`);
    if (typeof scripted === 'function') return (scripted as (question: unknown) => unknown)(params);
    if (!Array.isArray(scripted)) return scripted;
    const index = next.get(kind) ?? 0;
    next.set(kind, index + 1);
    if (index >= scripted.length)
      throw new Error(`the server asked ${method} ${index + 1} times; the test has ${index} answers`);
    return (scripted as readonly unknown[])[index];
  };
}
