import type { MintOptions } from '../tokens/mint-options.js';
import type { Finding } from './finding.js';

export interface AttackOptions {
  /** Names of tools, prompts and methods of your own, URIs of resources, URI templates; all where left out. */
  readonly targets?: readonly string[];
  /** Arguments that a target takes, by its name, where its JSON Schema alone does not say so. */
  readonly arguments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Somebody who may do everything, where that takes more than the scopes that are declared. */
  readonly caller?: MintOptions;
  /** What must never stand in an answer or in the log, such as the password of a database. */
  readonly secrets?: readonly string[];
  /** Methods of your own that anybody with any token may call. */
  readonly open?: readonly string[];
  /** Findings that you know of and accept. */
  readonly accept?: (finding: Finding) => boolean;
  /** How many calls are sent at once; 40 where left out. */
  readonly burst?: number;
  /** Milliseconds after which a request counts as without an answer; 5000 where left out. */
  readonly deadlineMs?: number;
}

export interface AttackReport {
  /** Empty where nothing is wrong. */
  readonly findings: readonly Finding[];
  /** Requests that were sent: never 0. */
  readonly attempts: number;
  /** What was attacked, such as `tool find_order`. */
  readonly targets: readonly string[];
}
