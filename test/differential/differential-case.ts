import type { RawAnswer } from './answer.js';
import type { WireRequest } from './wire-request.js';

/** What both servers are asked, one request after the other. */
export interface DifferentialCase {
  /** Says what is asked; the table of intended differences names cases by it. */
  readonly name: string;
  /** Each request may use what the same server answered to the ones before. */
  readonly steps: readonly Step[];
}

export type Step = WireRequest | ((answers: readonly RawAnswer[]) => WireRequest);

export function single(name: string, request: WireRequest): DifferentialCase {
  return { name, steps: [request] };
}
