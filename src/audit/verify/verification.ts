import type { ChainHead } from '../audit-chain.js';
import type { AuditKey } from '../audit-key.js';
import { type AuditRecord, readRecord } from './audit-record.js';
import { ChainState } from './chain-state.js';

export interface VerificationOptions {
  /** All that may have sealed a chain. */
  readonly keys: readonly AuditKey[];
  /** Chains without a key are no problem, though there is a key. */
  readonly allowUnkeyed?: boolean;
  /** A head that somebody noted elsewhere. */
  readonly expected?: ChainHead | undefined;
}

export interface VerificationReport {
  readonly events: number;
  readonly chains: readonly ChainState[];
  /** What cannot have come about without somebody's doing. */
  readonly problems: readonly string[];
  /** What cannot be told from here: a key that is not known. */
  readonly unknown: readonly string[];
  /** What is no problem by itself. */
  readonly notes: readonly string[];
}

/** Each problem is one line; a file of another kind shall not fill the terminal. */
const MAX_PROBLEMS = 1_000;

/** Takes the lines of a trail one after the other, and says what is wrong with them. */
export class Verification {
  readonly #chains = new Map<string, ChainState>();
  readonly #problems: string[] = [];
  readonly #unknownKeys = new Set<string>();
  /** Heads that others have seen, by chain and sequence: the first who did is enough. */
  readonly #seen = new Map<string, { by: string; where: string; head: ChainHead }>();
  #events = 0;
  #expectedFound = false;

  constructor(private readonly options: VerificationOptions) {}

  /** `where`: what to call the line in a finding. */
  line(text: string, where: string): void {
    if (text.trim() === '') return;
    const record = readRecord(text, this.options.keys);
    if (record === 'none') return;
    if (record === 'malformed') this.#problem(`${where}: is no whole event of the audit trail`);
    else this.#take(record, where);
  }

  report(): VerificationReport {
    const { expected } = this.options;
    const notes: string[] = [];
    for (const state of this.#chains.values()) {
      const { chain, first, last, lastHash, ended, keyed } = state;
      for (const [from, to] of state.removed)
        this.#problem(
          `${from === to ? `event ${from} of chain ${chain} was` : `events ${from} to ${to} of chain ${chain} were`} removed`,
        );
      if (first !== 1) notes.push(`chain ${chain} begins at event ${first}: what came before is not here`);
      if (!ended) {
        const head = `${chain}:${last}:${lastHash}`;
        notes.push(
          `chain ${chain} has no end: its process runs, or was killed, or the end was cut off; head ${head}`,
        );
      }
      if (!keyed && this.options.keys.length > 0 && !this.options.allowUnkeyed)
        this.#problem(
          `chain ${chain} is not sealed with a key, so that anybody could have made it; say --allow-unkeyed where a process has none`,
        );
    }
    for (const { by, where, head } of this.#seen.values())
      this.#seenBefore(head, `${where}: chain ${by}`, notes);
    if (expected) this.#expected(expected);
    return {
      events: this.#events,
      chains: [...this.#chains.values()],
      problems: this.#problems,
      unknown: [...this.#unknownKeys].map(
        (id) =>
          `events are sealed with key ${id}, which GATEHOUSE_ENCRYPTION_KEY does not hold: nothing is known of them`,
      ),
      notes,
    };
  }

  #take(record: AuditRecord, where: string): void {
    this.#events += 1;
    if (record.computedHash === undefined) this.#unknownKeys.add(record.keyId ?? 'without a name');
    let state = this.#chains.get(record.chain);
    if (!state) this.#chains.set(record.chain, (state = new ChainState(record.chain, record)));
    const problems = state.take(record);
    for (const problem of problems) this.#problem(`${where}: ${problem}`);
    const { expected } = this.options;
    if (expected?.chain === record.chain && expected.sequence === record.sequence)
      this.#expectedFound ||= expected.hash === record.hash;
    if (problems.length > 0) return;
    for (const head of record.heads) {
      const name = `${head.chain} ${head.sequence} ${head.hash}`;
      if (!this.#seen.has(name)) this.#seen.set(name, { by: record.chain, where, head });
    }
  }

  /** A head that another chain has seen must still be there. */
  #seenBefore(head: ChainHead, by: string, notes: string[]): void {
    const state = this.#chains.get(head.chain);
    if (!state) notes.push(`${by} has seen chain ${head.chain}, which is not here`);
    else if (state.last < head.sequence)
      this.#problem(
        `${by} has seen event ${head.sequence} of chain ${head.chain}, which ends at ${state.last}: its end was cut off`,
      );
    else if (state.last === head.sequence && state.lastHash !== head.hash)
      this.#problem(`${by} has seen another event ${head.sequence} of chain ${head.chain}: it was replaced`);
  }

  #expected({ chain, sequence }: ChainHead): void {
    if (!this.#expectedFound)
      this.#problem(
        `event ${sequence} of chain ${chain}, as --head has it, is not here: it was cut off or replaced`,
      );
  }

  #problem(text: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(text);
    else if (this.#problems.length === MAX_PROBLEMS) this.#problems.push('and more');
  }
}
