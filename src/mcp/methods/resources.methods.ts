import { Injectable } from '@nestjs/common';
import { RequireScope } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry } from '../capability-registry.js';
import { ChangeNotifier } from '../change-notifier.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import type { ResourcePage } from '../decorators/resource-template.decorator.js';
import { isThenable } from '../../auth/is-thenable.js';
import { InvalidParams, ResourceNotFound } from '../json-rpc-error.js';
import type { McpContext } from '../mcp-context.js';
import { ResourceListCursor } from '../resource-list-cursor.js';
import { requireNoCursor } from '../require-no-cursor.js';
import { SerialisedResult } from '../serialised-result.js';
import type { ResourceContents } from '../tool-result.js';

interface ReadResult {
  contents: ResourceContents[];
}

@Injectable()
export class ResourcesMethods {
  #templates: SerialisedResult | undefined;

  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly cursors: ResourceListCursor,
    notifier: ChangeNotifier,
  ) {
    notifier.subscribe(({ kind }) => {
      if (kind === 'resources') this.#templates = undefined;
    });
  }

  /** The fixed resources first, then what each template lists, a page of one template at a time. */
  @McpMethod('resources/list')
  @RequireScope('mcp:resources:list')
  async list(params: Record<string, unknown>): Promise<ResourcePage> {
    const listers = [...this.registry.resourceTemplates.values()].flatMap(({ list }) => list ?? []);
    const start = await this.cursors.decode(params['cursor'], listers.length);
    const page: ResourcePage = {
      resources: start ? [] : [...this.registry.resources.values()].map(({ description }) => description),
    };
    const source = start?.source ?? 0;
    const lister = listers[source];
    if (!lister) return page;
    const { resources, nextCursor } = await lister(start?.cursor);
    page.resources.push(...resources);
    if (nextCursor !== undefined) {
      page.nextCursor = await this.cursors.encode({ source, cursor: nextCursor });
    } else if (source + 1 < listers.length) {
      page.nextCursor = await this.cursors.encode({ source: source + 1 });
    }
    return page;
  }

  @McpMethod('resources/templates/list')
  @RequireScope('mcp:resources:list')
  templates({ cursor }: Record<string, unknown>): SerialisedResult {
    requireNoCursor(cursor);
    this.#templates ??= SerialisedResult.of({
      resourceTemplates: [...this.registry.resourceTemplates.values()].map(({ description }) => description),
    });
    return this.#templates;
  }

  @McpMethod('resources/read')
  @RequireScope('mcp:resources:read')
  read(params: Record<string, unknown>, context: McpContext): ReadResult | Promise<ReadResult> {
    const { uri } = params;
    if (typeof uri !== 'string') throw new InvalidParams('Invalid params: "uri" must be a string');
    const entry = this.registry.resourceFor(uri);
    if (!entry) throw new ResourceNotFound(uri);
    const contents = (
      'template' in entry
        ? entry.invoke(uri, entry.template.match(uri) ?? {}, context)
        : entry.invoke(uri, context)
    ) as ResourceContents[] | Promise<ResourceContents[]>;
    return isThenable(contents) ? contents.then((settled) => ({ contents: settled })) : { contents };
  }
}
