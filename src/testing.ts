import 'reflect-metadata';

/** What tests of MCP servers are written with: `import { createTestGatehouse } from 'gatehouse/testing'`. */
export type {
  PromptDescription,
  ResourceTemplateDescription,
  ToolDescription,
} from './mcp/capability-registry.js';
export { attack } from './testing/adversary/attack.js';
export type { AttackOptions, AttackReport } from './testing/adversary/attack-options.js';
export type { Finding, Problem } from './testing/adversary/finding.js';
export type { AuditedEvent } from './testing/captured-audit.js';
export { CapturedLog, type LogLine } from './testing/captured-log.js';
export type { ParsedChallenge } from './testing/client/bearer-challenge.js';
export type { Change, ChangeStream, Followed } from './testing/client/change-stream.js';
export type { Heard, LogMessage, OnProgress, ReportedProgress } from './testing/client/heard.js';
export type { AskedQuestion } from './testing/client/mcp-peer.js';
export { McpTestError } from './testing/client/mcp-test-error.js';
export type { Version as ProtocolVersion } from './testing/client/rpc-request.js';
export type { Scripted, ScriptedAnswers } from './testing/client/scripted-answers.js';
export {
  type CallOptions,
  type Completed,
  type PromptGetResult,
  type ResourceReadResult,
  TestClient,
  type TestClientOptions,
  type ToolCallResult,
} from './testing/client/test-client.js';
export {
  createTestContext,
  type TestContext,
  type TestContextOptions,
} from './testing/create-test-context.js';
export {
  type Caller,
  type ClientOptions,
  createTestGatehouse,
  TestGatehouse,
} from './testing/test-gatehouse.js';
export type { TestGatehouseOptions } from './testing/test-gatehouse-options.js';
export type { AuthorizationOptions, AuthorizedTokens } from './testing/tokens/authorized-tokens.js';
export type { MintOptions } from './testing/tokens/mint-options.js';
