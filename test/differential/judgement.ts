import type { Comparison, Difference } from './comparison.js';
import type { IntendedDifference } from './intended/intended-difference.js';

/** Characters of a body that a report shows. */
const SHOWN = 400;

/** Holds comparisons against the table of intended differences, and remembers which entries were of use. */
export class Judgement {
  readonly #used = new Set<IntendedDifference>();

  constructor(private readonly table: readonly IntendedDifference[]) {}

  /** Titles of the entries that explained nothing so far. */
  get unused(): string[] {
    return this.table.filter((entry) => !this.#used.has(entry)).map(({ title }) => title);
  }

  /** What is wrong, in words: differences that nobody intends, and such as should be there and are not. */
  judge(comparison: Comparison): string[] {
    const { name, differences } = comparison;
    const entries = this.table.filter(({ cases }) => cases === 'wherever' || cases.test(name));
    const unexplained = differences.filter((difference) => {
      const entry = entries.find((candidate) => explains(candidate, difference));
      if (entry) this.#used.add(entry);
      return !entry;
    });
    const missing = entries.filter(
      (entry) => entry.cases !== 'wherever' && !differences.some((difference) => explains(entry, difference)),
    );
    return [
      ...unexplained.map((difference) => describe(comparison, difference)),
      ...missing.map(({ title }) => `${name}\n  does not differ as the table says: ${title}`),
    ];
  }
}

/** Whether the table has such a pair of outcomes, of whatever case. */
export function intendsOutcomes(table: readonly IntendedDifference[], ours: string, sdk: string): boolean {
  return table.some((entry) => explains(entry, { at: 'outcome', ours, sdk }));
}

function explains({ at, ours, sdk }: IntendedDifference, difference: Difference): boolean {
  const isThere = typeof at === 'string' ? at === difference.at : at.test(difference.at);
  return isThere && isAs(ours, difference.ours) && isAs(sdk, difference.sdk);
}

function isAs(expected: unknown, found: unknown): boolean {
  if (expected instanceof RegExp)
    return expected.test(typeof found === 'string' ? found : JSON.stringify(found ?? null));
  return JSON.stringify(expected) === JSON.stringify(found);
}

function describe({ name, ours, sdk }: Comparison, difference: Difference): string {
  const text = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
  return [
    `${name}, at ${difference.at}`,
    `  ours: ${text(difference.ours)}`,
    `  SDK:  ${text(difference.sdk)}`,
    `  ours, whole: ${ours.status} ${ours.body.slice(0, SHOWN)}`,
    `  SDK, whole:  ${sdk.status} ${sdk.body.slice(0, SHOWN)}`,
  ].join('\n');
}
