import { Injectable } from '@nestjs/common';
import { RequireToken } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry } from '../capability-registry.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { InvalidParams } from '../json-rpc-error.js';
import { isObject } from '../json-rpc-message.js';
import { negotiateLegacyVersion, SUPPORTED_VERSIONS } from '../protocol-version.js';
import type { RequestContext } from '../request-context.js';
import { ServerDescription } from '../server-description.js';
import { SessionStore } from '../sessions/session-store.js';

/** How a client finds out whom it talks to, in either era. */
@Injectable()
export class LifecycleMethods {
  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly description: ServerDescription,
    private readonly sessions: SessionStore,
  ) {}

  @McpMethod('initialize', { eras: ['legacy'] })
  @RequireToken()
  initialize(params: Record<string, unknown>, { exchange, token }: RequestContext): Record<string, unknown> {
    if (typeof params['protocolVersion'] !== 'string') {
      throw new InvalidParams('Invalid params: protocolVersion must be a string');
    }
    const protocolVersion = negotiateLegacyVersion(params['protocolVersion']);
    const declared = params['capabilities'];
    const session = this.sessions.open({
      token,
      protocolVersion,
      clientCapabilities: isObject(declared) ? declared : {},
    });
    if (session) exchange.responseHeaders = { 'Mcp-Session-Id': session.id };
    return {
      protocolVersion,
      capabilities: this.#capabilities(session !== undefined),
      serverInfo: this.description.serverInfo,
      instructions: this.description.instructions,
    };
  }

  @McpMethod('ping', { eras: ['legacy'] })
  @RequireToken()
  ping(): Record<string, never> {
    return {};
  }

  @McpMethod('server/discover', { eras: ['modern'] })
  @RequireToken()
  discover(): Record<string, unknown> {
    return {
      supportedVersions: SUPPORTED_VERSIONS,
      capabilities: this.#capabilities(true),
      instructions: this.description.instructions,
    };
  }

  /** `tells`: whether this server can tell the client of changes. */
  #capabilities(tells: boolean): Record<string, object> {
    const { tools, prompts, resources, resourceTemplates } = this.registry;
    const list = tells ? { listChanged: true } : {};
    return {
      logging: {},
      ...(tools.size > 0 ? { tools: list } : {}),
      ...(prompts.size > 0 ? { prompts: list } : {}),
      ...(resources.size + resourceTemplates.size > 0
        ? { resources: tells ? { subscribe: true, ...list } : {} }
        : {}),
      ...(prompts.size + resourceTemplates.size > 0 ? { completions: {} } : {}),
    };
  }
}
