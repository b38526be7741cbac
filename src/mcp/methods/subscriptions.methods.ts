import { Injectable } from '@nestjs/common';
import { RequireToken } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry } from '../capability-registry.js';
import { ChangeNotifier } from '../change-notifier.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { HELD } from '../held.js';
import { InvalidParams } from '../json-rpc-error.js';
import type { RequestContext } from '../request-context.js';
import { HeldStreams } from '../streams/held-streams.js';
import { changeNotification } from '../subscriptions/change-notification.js';
import { ResourceWatches } from '../subscriptions/resource-watches.js';
import { matches, readFilter, type SubscriptionFilter } from '../subscriptions/subscription-filter.js';

const SUBSCRIPTION_ID_META = 'io.modelcontextprotocol/subscriptionId';

/** Change notifications of 2026-07-28 (basic/patterns/subscriptions). */
@Injectable()
export class SubscriptionsMethods {
  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly notifier: ChangeNotifier,
    private readonly watches: ResourceWatches,
    private readonly streams: HeldStreams,
  ) {}

  /** Needs the scopes that reading what is listened for would need; `requiredScopes` adds them from the filter. */
  @McpMethod('subscriptions/listen', { eras: ['modern'] })
  @RequireToken()
  listen(params: Record<string, unknown>, context: RequestContext): typeof HELD {
    const filter = this.#supported(readFilter(params['notifications']), context);
    if (!context.exchange.acceptsStream) {
      throw new InvalidParams(
        'subscriptions/listen answers with text/event-stream; say in Accept that it may',
      );
    }
    const { token } = context;
    const { id } = context.request;
    const release = this.streams.reserve(token);
    const meta = { [SUBSCRIPTION_ID_META]: id };
    const stream = context.exchange.openStream();
    const send = (message: object): void => stream.send(JSON.stringify(message));
    send({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { _meta: meta, notifications: filter },
    });
    const stop = this.#follow(filter, (change) => send(changeNotification(change, meta)));
    const farewell = (): void =>
      send({ jsonrpc: '2.0', id, result: { resultType: 'complete', _meta: meta } });
    this.streams.hold({ stream, token, farewell }, () => {
      release();
      stop();
    });
    return HELD;
  }

  /** What can be told of: only lists that this server has, and resources that it can read. */
  #supported(filter: SubscriptionFilter, context: RequestContext): SubscriptionFilter {
    const { tools, prompts, resources, resourceTemplates } = this.registry;
    const uris = filter.resourceSubscriptions?.filter((uri) => context.sees(this.registry.resourceFor(uri)));
    return {
      ...(filter.toolsListChanged && tools.size > 0 ? { toolsListChanged: true } : {}),
      ...(filter.promptsListChanged && prompts.size > 0 ? { promptsListChanged: true } : {}),
      ...(filter.resourcesListChanged && resources.size + resourceTemplates.size > 0
        ? { resourcesListChanged: true }
        : {}),
      ...(uris ? { resourceSubscriptions: uris } : {}),
    };
  }

  #follow(filter: SubscriptionFilter, tell: Parameters<ChangeNotifier['subscribe']>[0]): () => void {
    const uris = new Set(filter.resourceSubscriptions);
    const stops = [
      this.notifier.subscribe((change) => {
        if (matches(filter, uris, change)) tell(change);
      }),
      ...[...uris].map((uri) => this.watches.resource(uri)),
      ...(filter.resourcesListChanged ? [this.watches.lists()] : []),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }
}
