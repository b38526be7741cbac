import { Injectable } from '@nestjs/common';
import { RequireScope, RequireToken } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry } from '../capability-registry.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { InvalidParams, ResourceNotFound } from '../json-rpc-error.js';
import { isLogLevel, LOG_LEVELS } from '../log-level.js';
import type { RequestContext } from '../request-context.js';
import { ResourceWatches } from '../subscriptions/resource-watches.js';
import { MAX_RESOURCES } from '../subscriptions/subscription-filter.js';
import type { Session } from '../sessions/session.js';

type Params = Record<string, unknown>;

/** What 2025-era clients set for their session. */
@Injectable()
export class SessionsMethods {
  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly watches: ResourceWatches,
  ) {}

  /** 2025-11-25, server/utilities/logging. Without a session there is nothing to set: the call is answered and changes nothing. */
  @McpMethod('logging/setLevel', { eras: ['legacy'] })
  @RequireToken()
  setLevel({ level }: Params, { session }: RequestContext): Record<string, never> {
    if (!isLogLevel(level))
      throw new InvalidParams(`Invalid params: "level" must be one of ${LOG_LEVELS.join(', ')}`);
    if (session) session.logLevel = level;
    return {};
  }

  /** 2025-11-25, server/resources. Needs the scopes of reading the resource. */
  @McpMethod('resources/subscribe', { eras: ['legacy'] })
  @RequireScope('mcp:resources:read')
  subscribe({ uri }: Params, context: RequestContext): Record<string, never> {
    const session = requireSession(context);
    if (typeof uri !== 'string') throw new InvalidParams('Invalid params: "uri" must be a string');
    if (!context.sees(this.registry.resourceFor(uri))) throw new ResourceNotFound(uri);
    if (!session.subscribe(uri, () => this.watches.resource(uri), MAX_RESOURCES)) {
      throw new InvalidParams(
        `A session can be subscribed to ${MAX_RESOURCES} resources; unsubscribe from one first`,
      );
    }
    return {};
  }

  @McpMethod('resources/unsubscribe', { eras: ['legacy'] })
  @RequireScope('mcp:resources:read')
  unsubscribe({ uri }: Params, context: RequestContext): Record<string, never> {
    const session = requireSession(context);
    if (typeof uri !== 'string') throw new InvalidParams('Invalid params: "uri" must be a string');
    session.unsubscribe(uri);
    return {};
  }
}

function requireSession({ session }: RequestContext): Session {
  if (!session) {
    throw new InvalidParams(
      'A subscription belongs to a session: initialize, and send the Mcp-Session-Id of the answer',
    );
  }
  return session;
}
