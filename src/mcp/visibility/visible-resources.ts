import { Injectable } from '@nestjs/common';
import type { VerifiedToken } from '../../auth/verified-token.js';
import { CapabilityRegistry, type ResourceTemplateEntry } from '../capability-registry.js';
import type { ListedResource, ResourcePage } from '../decorators/resource-template.decorator.js';
import { InvalidCursor } from '../json-rpc-error.js';
import type { Target } from '../named-targets.js';
import { ResourceListCursor } from '../resource-list-cursor.js';
import { locked } from './locked.js';
import { Visibility } from './visibility.js';

type Lister = ResourceTemplateEntry & { readonly list: NonNullable<ResourceTemplateEntry['list']> };

/**
 * The pages of `resources/list`: the fixed resources first, then what each template lists, a page of one template at a time; of all of
 * them what the caller sees.
 */
@Injectable()
export class VisibleResources {
  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly cursors: ResourceListCursor,
    private readonly visibility: Visibility,
  ) {}

  /** @throws InvalidCursor for a cursor of nobody, and for one that leads into what is hidden from the caller */
  async page(token: VerifiedToken, cursor: unknown): Promise<ResourcePage> {
    const templates = [...this.registry.resourceTemplates.values()];
    const listers = templates.filter((template): template is Lister => template.list !== undefined);
    const start = await this.cursors.decode(cursor, listers.length);
    const open = await this.#notHidden(token, listers);
    if (start && !open.has(start.source)) throw new InvalidCursor();
    const resources: ListedResource[] = [];
    if (!start) {
      const fixed = [...this.registry.resources.values()].map(({ description }) => description);
      resources.push(...(await this.#seen(token, fixed)));
    }
    let position = start ?? this.#next(open, -1);
    while (position) {
      const { source } = position;
      const listed = await (listers[source] as Lister).list(position.cursor);
      resources.push(...(await this.#seen(token, listed.resources)));
      position =
        listed.nextCursor === undefined ? this.#next(open, source) : { source, cursor: listed.nextCursor };
      // A page of which nothing is to be seen is none: it would tell that there was something.
      if (resources.length > 0 || !this.visibility.hides) break;
    }
    return position ? { resources, nextCursor: await this.cursors.encode(position) } : { resources };
  }

  #next(open: ReadonlySet<number>, after: number): { source: number; cursor?: string } | undefined {
    const source = [...open].find((index) => index > after);
    return source === undefined ? undefined : { source };
  }

  /** Which of the templates the caller may know of, by their index. */
  async #notHidden(token: VerifiedToken, listers: readonly Lister[]): Promise<ReadonlySet<number>> {
    const all = listers.map((_lister, index) => index);
    if (!this.visibility.hides) return new Set(all);
    const targets = listers.map((entry): Target => ({
      kind: 'resource-template',
      name: entry.description.uriTemplate,
      entry,
    }));
    const sights = await this.visibility.sights(token, targets);
    return new Set(all.filter((index) => sights[index] !== 'hidden'));
  }

  /** By what would read each: that may be another one than what lists it. */
  async #seen(token: VerifiedToken, listed: readonly ListedResource[]): Promise<readonly ListedResource[]> {
    if (!this.visibility.differs) return listed;
    const targets = listed.map(({ uri }): Target => ({
      kind: 'resource',
      name: uri,
      entry: this.registry.resourceFor(uri) ?? { scopes: [] },
    }));
    const sights = await this.visibility.sights(token, targets);
    return listed.flatMap((resource, index) => {
      const sight = sights[index] ?? 'hidden';
      if (sight === 'hidden') return [];
      return [sight === 'open' ? resource : locked(resource, sight)];
    });
  }
}
