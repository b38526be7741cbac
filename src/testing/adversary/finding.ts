/** What is wrong with an answer, or with what an attack left behind. */
export type Problem =
  /** A request was carried out that had to be refused. */
  | 'accepted'
  /** A method of your own that anybody with any token may call. */
  | 'needs-no-scope'
  /** The schema lets anything through: what it does not say reaches the method unchecked. */
  | 'accepts-anything'
  /** Refused, but not as clients need it: the wrong status, or no challenge that says what to do. */
  | 'wrong-refusal'
  /** HTTP 500 and above. */
  | 'server-error'
  /** Something else than a `ToolError` was thrown, so that the caller is told of a failure of the server. */
  | 'unhandled-error'
  /** No answer within the time. */
  | 'no-answer'
  /** The answer shows where in the source something failed. */
  | 'stack-trace'
  /** The answer holds a secret: of the environment, of the options, of a file, or the caller's own token. */
  | 'secret-leaked'
  /** The same in the log. */
  | 'secret-logged'
  /** A file was read that the caller named by a path. */
  | 'file-read'
  /** A text of the caller was run: by a shell, a template engine, `eval`. */
  | 'code-executed'
  /** An address of this machine was fetched that the caller named. */
  | 'address-fetched'
  /** An argument changed the prototype of all objects. */
  | 'prototype-polluted'
  /** One caller got what belongs to another. */
  | 'crossed-callers'
  /** The attacks did not get through to it; say in the options how. */
  | 'not-reached';

/** Plain data, for any test runner. */
export interface Finding {
  /** Such as `tool find_order`. */
  readonly target: string;
  readonly problem: Problem;
  /** The attack that showed it first. */
  readonly attack: string;
  /** What to mend. */
  readonly advice: string;
  /** The beginning of what was sent. */
  readonly request: string;
  /** The status and the beginning of what came back. */
  readonly answer: string;
  /** How many attacks showed the same. */
  readonly times: number;
}

/** Collects findings: one for each target and problem. */
export class Findings {
  readonly #found = new Map<string, Finding>();

  add(finding: Omit<Finding, 'times'>): void {
    const key = JSON.stringify([finding.target, finding.problem]);
    const known = this.#found.get(key);
    this.#found.set(key, { ...(known ?? finding), times: (known?.times ?? 0) + 1 });
  }

  get all(): Finding[] {
    return [...this.#found.values()];
  }
}
