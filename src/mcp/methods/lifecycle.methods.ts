import { Injectable } from '@nestjs/common';
import { RequireToken } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry } from '../capability-registry.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { InvalidParams } from '../json-rpc-error.js';
import { negotiateLegacyVersion, SUPPORTED_VERSIONS } from '../protocol-version.js';
import { ServerDescription } from '../server-description.js';

/** How a client finds out whom it talks to, in either era. */
@Injectable()
export class LifecycleMethods {
  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly description: ServerDescription,
  ) {}

  @McpMethod('initialize', { eras: ['legacy'] })
  @RequireToken()
  initialize(params: Record<string, unknown>): Record<string, unknown> {
    if (typeof params['protocolVersion'] !== 'string') {
      throw new InvalidParams('Invalid params: protocolVersion must be a string');
    }
    return {
      protocolVersion: negotiateLegacyVersion(params['protocolVersion']),
      capabilities: this.#capabilities(),
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
      capabilities: this.#capabilities(),
      instructions: this.description.instructions,
    };
  }

  #capabilities(): Record<string, object> {
    const { tools, prompts, resources, resourceTemplates } = this.registry;
    return {
      ...(tools.size > 0 ? { tools: {} } : {}),
      ...(prompts.size > 0 ? { prompts: {} } : {}),
      ...(resources.size + resourceTemplates.size > 0 ? { resources: {} } : {}),
      ...(prompts.size + resourceTemplates.size > 0 ? { completions: {} } : {}),
    };
  }
}
