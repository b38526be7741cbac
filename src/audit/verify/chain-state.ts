import type { AuditRecord } from './audit-record.js';

/** What the events of one chain have shown so far. */
export class ChainState {
  readonly first: number;
  /** Of the last event in the order of the chain. */
  last = 0;
  lastHash = '';
  events = 0;
  ended = false;
  keyId: string | undefined;
  keyed = true;
  /** Places that were passed by and not seen since. */
  readonly missing = new Set<number>();
  /** More than this many are told of as one gap, which nothing fills. */
  static readonly MAX_GAP = 10_000;
  readonly gaps: [number, number][] = [];

  constructor(
    readonly chain: string,
    { sequence }: AuditRecord,
  ) {
    this.first = sequence;
    this.last = sequence - 1;
  }

  /** Takes an event; what is wrong with it and its place, in the words of a finding. */
  take(record: AuditRecord): string[] {
    const name = `event ${record.sequence} of chain ${this.chain}`;
    const problems: string[] = [];
    this.events += 1;
    this.keyed &&= record.algorithm === 'HMAC-SHA256';
    this.keyId = record.keyId;
    if (record.computedHash !== undefined && record.computedHash !== record.hash)
      problems.push(`${name} (${record.event}) was changed after it was written`);
    if (record.sequence <= this.last) {
      if (this.missing.delete(record.sequence)) problems.push(`${name} stands in the wrong place`);
      else problems.push(`${name} was inserted: there is one before it with that number`);
      return problems;
    }
    if (this.ended) problems.push(`${name} was appended after the chain had ended`);
    if (record.sequence === this.last + 1) {
      const follows =
        this.events === 1
          ? record.sequence !== 1 || record.previousHash === ''
          : record.previousHash === this.lastHash;
      if (!follows) problems.push(`${name} does not follow from the one before it, which was replaced`);
    } else this.#passBy(this.last + 1, record.sequence - 1);
    this.last = record.sequence;
    this.lastHash = record.hash;
    this.ended ||= record.event === 'audit.stopped';
    return problems;
  }

  /** The places that nothing has filled, as ranges. */
  get removed(): [number, number][] {
    const ranges = [...this.gaps];
    for (const place of [...this.missing].toSorted((left, right) => left - right)) {
      const range = ranges.at(-1);
      if (range && range[1] === place - 1) range[1] = place;
      else ranges.push([place, place]);
    }
    return ranges.toSorted(([left], [right]) => left - right);
  }

  #passBy(from: number, to: number): void {
    if (to - from >= ChainState.MAX_GAP) this.gaps.push([from, to]);
    else for (let place = from; place <= to; place++) this.missing.add(place);
  }
}
