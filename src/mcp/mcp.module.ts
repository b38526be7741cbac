import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CapabilityExplorer } from './capability-explorer.js';
import { CapabilityRegistry } from './capability-registry.js';
import { Dispatcher } from './dispatcher.js';
import { HandlerFactory } from './handler-factory.js';
import { McpController } from './mcp.controller.js';
import { MessageHandler } from './message-handler.js';
import { CompletionMethods } from './methods/completion.methods.js';
import { LifecycleMethods } from './methods/lifecycle.methods.js';
import { PromptsMethods } from './methods/prompts.methods.js';
import { ResourcesMethods } from './methods/resources.methods.js';
import { ToolsMethods } from './methods/tools.methods.js';
import { OperationMetrics } from './operation-metrics.js';
import { ResultEnvelope } from './result-envelope.js';
import { ServerDescription } from './server-description.js';

/** The MCP protocol: finds decorated providers of the whole application, and answers at `/mcp`. Needs `AuthModule` beside it. */
@Module({})
export class McpModule {
  static forRoot(options: {
    description: ServerDescription;
    imports: DynamicModule['imports'];
  }): DynamicModule {
    return {
      module: McpModule,
      imports: [DiscoveryModule, ...(options.imports ?? [])],
      controllers: [McpController],
      providers: [
        { provide: ServerDescription, useValue: options.description },
        { provide: ResultEnvelope, useFactory: () => new ResultEnvelope(options.description.serverInfo) },
        CapabilityRegistry,
        CapabilityExplorer,
        HandlerFactory,
        OperationMetrics,
        Dispatcher,
        MessageHandler,
        LifecycleMethods,
        ToolsMethods,
        PromptsMethods,
        ResourcesMethods,
        CompletionMethods,
      ],
      exports: [CapabilityRegistry],
    };
  }
}
