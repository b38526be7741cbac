import { Injectable } from '@nestjs/common';
import { RequireScope } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry, type ResourceTemplateEntry } from '../capability-registry.js';
import { ChangeNotifier } from '../change-notifier.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import type { ResourcePage } from '../decorators/resource-template.decorator.js';
import { isThenable } from '../../auth/is-thenable.js';
import { InvalidParams, ResourceNotFound } from '../json-rpc-error.js';
import type { RequestContext } from '../request-context.js';
import { requireNoCursor } from '../require-no-cursor.js';
import type { SerialisedResult } from '../serialised-result.js';
import type { ResourceContents } from '../tool-result.js';
import { Visibility } from '../visibility/visibility.js';
import { VisibleList } from '../visibility/visible-list.js';
import { VisibleResources } from '../visibility/visible-resources.js';

interface ReadResult {
  contents: ResourceContents[];
}

@Injectable()
export class ResourcesMethods {
  readonly #templates: VisibleList<ResourceTemplateEntry>;

  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly resources: VisibleResources,
    notifier: ChangeNotifier,
    visibility: Visibility,
  ) {
    this.#templates = new VisibleList(
      { member: 'resourceTemplates', kind: 'resource-template', entries: registry.resourceTemplates },
      visibility,
    );
    notifier.subscribe(({ kind }) => {
      if (kind === 'resources') this.#templates.forget();
    });
  }

  @McpMethod('resources/list')
  @RequireScope('mcp:resources:list')
  list({ cursor }: Record<string, unknown>, { token }: RequestContext): Promise<ResourcePage> {
    return this.resources.page(token, cursor);
  }

  @McpMethod('resources/templates/list')
  @RequireScope('mcp:resources:list')
  templates(
    { cursor }: Record<string, unknown>,
    context: RequestContext,
  ): SerialisedResult | Promise<SerialisedResult> {
    requireNoCursor(cursor);
    return this.#templates.for(context);
  }

  @McpMethod('resources/read')
  @RequireScope('mcp:resources:read')
  read(params: Record<string, unknown>, context: RequestContext): ReadResult | Promise<ReadResult> {
    const { uri } = params;
    if (typeof uri !== 'string') throw new InvalidParams('Invalid params: "uri" must be a string');
    const entry = context.sees(this.registry.resourceFor(uri));
    if (!entry) throw new ResourceNotFound(uri);
    const contents = (
      'template' in entry
        ? entry.invoke(uri, entry.template.match(uri) ?? {}, context)
        : entry.invoke(uri, context)
    ) as ResourceContents[] | Promise<ResourceContents[]>;
    return isThenable(contents) ? contents.then((settled) => ({ contents: settled })) : { contents };
  }
}
