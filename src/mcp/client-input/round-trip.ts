import { isAnswer, type Question } from './question.js';
import type { Answers } from './request-state.js';

/** The only methods that may answer `input_required` (2026-07-28, basic/patterns/mrtr, "Supported Requests"). */
export const ROUND_TRIP_METHODS: ReadonlySet<string> = new Set([
  'tools/call',
  'prompts/get',
  'resources/read',
]);

/** Ends a handler that needs an answer which is not there yet. Whatever the handler makes of it, the client is asked. */
class AnswerPending extends Error {
  constructor(key: string) {
    super(`the answer to "${key}" comes with the client's next request; let this error pass`);
    this.name = 'AnswerPending';
  }
}

/** The questions of one multi round-trip request (2026-07-28, basic/patterns/mrtr): those answered so far, and those still open. */
export class RoundTrip {
  readonly #given: Answers;
  readonly #used = new Map<string, unknown>();
  readonly #open = new Map<string, Question>();

  /** `earlier`: the answers of the rounds before. `latest`: what the client sent this time; later answers replace earlier ones. */
  constructor(earlier: Answers, latest: Answers) {
    this.#given = { ...earlier, ...latest };
  }

  get isPending(): boolean {
    return this.#open.size > 0;
  }

  /** What the client is asked next, by key. */
  get inputRequests(): Readonly<Record<string, Question>> {
    return Object.fromEntries(this.#open);
  }

  /** The answers that were of use: what has to come back with the next round. */
  get answers(): Answers {
    return Object.fromEntries(this.#used);
  }

  /** @throws AnswerPending where the client has to be asked, for the first time or again after an answer that does not fit */
  answer(key: string, question: Question): unknown {
    const answer = Object.hasOwn(this.#given, key) ? this.#given[key] : undefined;
    if (isAnswer(question, answer)) {
      this.#used.set(key, answer);
      return answer;
    }
    if (this.#open.has(key)) throw new Error(`two questions of one call have the key "${key}"`);
    this.#open.set(key, question);
    throw new AnswerPending(key);
  }
}
