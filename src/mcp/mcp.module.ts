import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { BatchHandler } from './batch-handler.js';
import { CapabilityExplorer } from './capability-explorer.js';
import { CapabilityRegistry } from './capability-registry.js';
import { ChangeNotifier } from './change-notifier.js';
import { InputRounds } from './client-input/input-rounds.js';
import { RequestState } from './client-input/request-state.js';
import { Dispatcher } from './dispatcher.js';
import { PrincipalRates } from './principal-rates.js';
import { DirectPost, DirectPostOptions } from './direct-post.js';
import { FailedRequests } from './failed-requests.js';
import { HandlerFactory } from './handler-factory.js';
import { McpController } from './mcp.controller.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import { McpLimits } from '../config/mcp-limits.js';
import { MessageHandler } from './message-handler.js';
import { CompletionMethods } from './methods/completion.methods.js';
import { LifecycleMethods } from './methods/lifecycle.methods.js';
import { PromptsMethods } from './methods/prompts.methods.js';
import { ResourcesMethods } from './methods/resources.methods.js';
import { SessionsMethods } from './methods/sessions.methods.js';
import { SubscriptionsMethods } from './methods/subscriptions.methods.js';
import { ToolsMethods } from './methods/tools.methods.js';
import { OperationAudit } from './operation-audit.js';
import { OperationMetrics } from './operation-metrics.js';
import { ParameterHeaders } from './parameter-headers.js';
import { PolicyGate } from './policy-gate.js';
import { PostedMessages } from './posted-messages.js';
import { Presentation } from './presentation.js';
import { Refusals } from './refusals.js';
import { ResourceListCursor } from './resource-list-cursor.js';
import { ResultEnvelope } from './result-envelope.js';
import { RuntimeCapabilities } from './runtime-capabilities.js';
import { SealedText } from './sealed-text.js';
import { ServerDescription } from './server-description.js';
import { RequestSessions } from './sessions/request-sessions.js';
import { SessionEndpoint } from './sessions/session-endpoint.js';
import { SessionNotices } from './sessions/session-notices.js';
import { SessionStore } from './sessions/session-store.js';
import { HeldStreams } from './streams/held-streams.js';
import { ResourceWatches } from './subscriptions/resource-watches.js';
import { Visibility } from './visibility/visibility.js';
import { VisibleResources } from './visibility/visible-resources.js';

export interface McpModuleOptions extends DirectPostOptions {
  description: ServerDescription;
  limits: McpLimits;
  presentation: Presentation;
  /** Seals cursors and `requestState`; every process that serves the same clients must have the same. Left out: one of its own. */
  stateSecret: string | undefined;
  imports: DynamicModule['imports'];
}

const METHODS = [
  LifecycleMethods,
  ToolsMethods,
  PromptsMethods,
  ResourcesMethods,
  CompletionMethods,
  SessionsMethods,
  SubscriptionsMethods,
];

const SESSIONS = [SessionStore, RequestSessions, SessionNotices, SessionEndpoint];

/** The MCP protocol: finds decorated providers of the whole application, and answers at `/mcp`. Needs `AuthModule` beside it. */
@Module({})
export class McpModule {
  static forRoot({
    description,
    limits,
    presentation,
    stateSecret,
    imports,
    path,
    maxBodyBytes,
  }: McpModuleOptions): DynamicModule {
    return {
      module: McpModule,
      // What a capability needs to tell of changes is there for every module.
      global: true,
      imports: [DiscoveryModule, ...(imports ?? [])],
      controllers: [McpController],
      providers: [
        { provide: ServerDescription, useValue: description },
        { provide: McpLimits, useValue: limits },
        { provide: Presentation, useValue: presentation },
        Visibility,
        VisibleResources,
        {
          provide: ResultEnvelope,
          useFactory: () =>
            new ResultEnvelope(description.serverInfo, presentation.listVisibility !== 'show'),
        },
        { provide: SealedText, useFactory: () => new SealedText(stateSecret) },
        {
          provide: CapabilityRegistry,
          inject: [ScopeCatalogue],
          useFactory: (scopes: ScopeCatalogue) => new CapabilityRegistry(scopes),
        },
        CapabilityExplorer,
        ChangeNotifier,
        RuntimeCapabilities,
        HandlerFactory,
        OperationAudit,
        OperationMetrics,
        RequestState,
        InputRounds,
        ResourceListCursor,
        ResourceWatches,
        HeldStreams,
        ParameterHeaders,
        Refusals,
        FailedRequests,
        PostedMessages,
        { provide: DirectPostOptions, useValue: { path, maxBodyBytes } },
        DirectPost,
        PrincipalRates,
        PolicyGate,
        Dispatcher,
        BatchHandler,
        MessageHandler,
        ...SESSIONS,
        ...METHODS,
      ],
      exports: [CapabilityRegistry, ChangeNotifier, DirectPost, FailedRequests, RuntimeCapabilities],
    };
  }
}
