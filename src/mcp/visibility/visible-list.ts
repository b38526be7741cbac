import { LRUCache } from 'lru-cache';
import { isThenable } from '../../auth/is-thenable.js';
import type { Target } from '../named-targets.js';
import type { Era } from '../protocol-version.js';
import type { RequestContext } from '../request-context.js';
import { SerialisedResult } from '../serialised-result.js';
import { locked } from './locked.js';
import type { Sight, Visibility } from './visibility.js';

/** Lists of one kind that are kept for callers who see different things: how many, and how many characters in all. */
const MAX_LISTS = 64;
const MAX_CHARACTERS = 8_388_608;

type Entry = Target['entry'] & { readonly description: { readonly name: string; readonly title?: string } };

export interface ListOptions<Listed extends Entry> {
  /** Of the result: `tools`, `prompts`, ... */
  readonly member: string;
  readonly kind: Target['kind'];
  /** What there is, by its name. */
  readonly entries: ReadonlyMap<string, Listed>;
  /** As the clients of an era are shown it; the description as it is where left out. */
  readonly describe?: (entry: Listed, era: Era) => Listed['description'];
}

/**
 * A list of capabilities that is written as JSON once for everybody who sees the same of it. Where callers see different things, what a caller
 * sees is decided for each request and is the key: nobody gets a list that was written for somebody who sees more.
 */
export class VisibleList<Listed extends Entry> {
  readonly #whole = new Map<Era, SerialisedResult>();
  readonly #bySight = new LRUCache<string, SerialisedResult>({
    max: MAX_LISTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ members }, key) => members.length + key.length,
  });
  #targets: readonly (Target & { readonly entry: Listed })[] | undefined;

  constructor(
    private readonly options: ListOptions<Listed>,
    private readonly visibility: Visibility,
  ) {}

  /** After what it lists has changed. */
  forget(): void {
    this.#targets = undefined;
    this.#whole.clear();
    this.#bySight.clear();
  }

  for({
    token,
    revision: { era },
  }: Pick<RequestContext, 'token' | 'revision'>): SerialisedResult | Promise<SerialisedResult> {
    if (!this.visibility.differs) return this.#all(era);
    const targets = (this.#targets ??= [...this.options.entries].map(([name, entry]) => ({
      kind: this.options.kind,
      name,
      entry,
    })));
    const sights = this.visibility.sights(token, targets);
    return isThenable(sights)
      ? sights.then((settled) => this.#seen(era, targets, settled))
      : this.#seen(era, targets, sights);
  }

  #all(era: Era): SerialisedResult {
    let list = this.#whole.get(era);
    if (!list) {
      const entries = [...this.options.entries.values()];
      this.#whole.set(era, (list = this.#written(entries.map((entry) => this.#described(entry, era)))));
    }
    return list;
  }

  #seen(
    era: Era,
    targets: readonly { readonly entry: Listed }[],
    sights: readonly Sight[],
  ): SerialisedResult {
    const key = `${era} ${sights.map(keyOf).join('')}`;
    let list = this.#bySight.get(key);
    // What was decided while the list changed is answered, and not kept.
    if (list && targets === this.#targets) return list;
    list = this.#written(
      targets.flatMap(({ entry }, index) => {
        const sight = sights[index] as Sight;
        if (sight === 'hidden') return [];
        const description = this.#described(entry, era);
        return [sight === 'open' ? description : locked(description, sight)];
      }),
    );
    if (targets === this.#targets) this.#bySight.set(key, list);
    return list;
  }

  #described(entry: Listed, era: Era): Listed['description'] {
    return this.options.describe ? this.options.describe(entry, era) : entry.description;
  }

  #written(descriptions: readonly object[]): SerialisedResult {
    return SerialisedResult.of({ [this.options.member]: descriptions });
  }
}

/** One character for what needs no more; scopes have neither a space nor a quote in them (RFC 6749 section 3.3). */
function keyOf(sight: Sight): string {
  if (sight === 'open') return '+';
  return sight === 'hidden' ? '-' : `"${sight.join(' ')}"`;
}
