/** Something that we do otherwise than the official SDK, on purpose. */
export interface IntendedDifference {
  readonly title: string;
  /** Names of cases, each of which must show the difference; or wherever it is seen, which must be somewhere. */
  readonly cases: RegExp | 'wherever';
  /** The place of the difference: `outcome`, or that of a member. */
  readonly at: string | RegExp;
  /** What each of the two says there. Left out: nothing. An expression is for a text. */
  readonly ours?: unknown;
  readonly sdk?: unknown;
  readonly reason: string;
  /** What the specification says, and where. */
  readonly specification: string;
}
