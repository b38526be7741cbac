import 'reflect-metadata';

/** What authors of MCP servers write against: `import { Tool, startGatehouse } from 'gatehouse'`. */
export { RequireScope, RequireToken } from './auth/require-scope.decorator.js';
export { HeldScopes } from './auth/held-scopes.js';
export { AdminOverridePolicy } from './auth/policies/admin-override.policy.js';
export { DeclaredScopePolicy } from './auth/policies/declared-scope.policy.js';
export { allOf, firstDecisive, type PolicySpec } from './auth/policies/policy-spec.js';
export { ScopePerToolPolicy } from './auth/policies/scope-per-tool.policy.js';
export {
  ALLOWED,
  type OfferedNames,
  type Operation,
  type PolicyAnswer,
  type PolicyDecision,
  ScopePolicy,
  type TargetKind,
} from './auth/scope-policy.js';
export type { VerifiedToken } from './auth/verified-token.js';
export { ConfigurationError } from './config/configuration-error.js';
export { GatehouseConfig } from './config/gatehouse-config.js';
export { Logger } from './logging/logger.js';
export { ChangeNotifier } from './mcp/change-notifier.js';
export type {
  ClientCapabilities,
  Elicitation,
  ElicitationAnswer,
  RootsAnswer,
  Sampling,
  SamplingAnswer,
} from './mcp/client-input/client-input.js';
export { ClientInputFailed } from './mcp/client-input/client-input-failed.js';
export { MissingClientCapability } from './mcp/client-input/missing-client-capability.js';
export { McpMethod, type McpMethodOptions } from './mcp/decorators/mcp-method.decorator.js';
export type { Annotations, Icon } from './mcp/decorators/presentation.js';
export { type Completer, Prompt, type PromptOptions } from './mcp/decorators/prompt.decorator.js';
export {
  type ListedResource,
  type ResourceLister,
  type ResourceListWatcher,
  type ResourcePage,
  ResourceTemplate,
  type ResourceTemplateOptions,
  type ResourceWatcher,
} from './mcp/decorators/resource-template.decorator.js';
export { Resource, type ResourceOptions } from './mcp/decorators/resource.decorator.js';
export { Tool, type ToolAnnotations, type ToolOptions } from './mcp/decorators/tool.decorator.js';
export { InvalidCursor, InvalidParams, JsonRpcError, ResourceNotFound } from './mcp/json-rpc-error.js';
export { type JsonSchema, jsonSchema } from './mcp/json-schema.js';
export type { LogLevel } from './mcp/log-level.js';
export type { McpContext } from './mcp/mcp-context.js';
export { RuntimeCapabilities } from './mcp/runtime-capabilities.js';
export type { CapabilitySchema, SchemaIssue, SchemaOutcome } from './mcp/standard-schema.js';
export type { TraceContext } from './mcp/trace-context.js';
export {
  type BinaryContent,
  type Content,
  type EmbeddedResource,
  type PromptMessage,
  type PromptResult,
  type ResourceContents,
  type ResourceLink,
  type TextContent,
  ToolError,
  type ToolResult,
} from './mcp/tool-result.js';
export { type DefinedScope, defineScope } from './oauth/defined-scope.js';
export type { Capabilities } from './roles/mcp.role.js';
export { type Gatehouse, type GatehouseOptions, startGatehouse } from './roles/start-gatehouse.js';
