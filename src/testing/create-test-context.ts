import { randomUUID } from 'node:crypto';
import type { VerifiedToken } from '../auth/verified-token.js';
import { ClientInputFailed } from '../mcp/client-input/client-input-failed.js';
import { isAnswer, type Question, requireCapability } from '../mcp/client-input/question.js';
import type { McpContext } from '../mcp/mcp-context.js';
import type { TraceContext } from '../mcp/trace-context.js';
import type { Heard, LogMessage, ReportedProgress } from './client/heard.js';
import type { AskedQuestion } from './client/mcp-peer.js';
import { answererOf, declaredCapabilities, type ScriptedAnswers } from './client/scripted-answers.js';

export interface TestContextOptions {
  /** Who calls; `user_1` of `client_1` without scopes where left out. */
  readonly token?: Partial<VerifiedToken>;
  readonly answers?: ScriptedAnswers;
  /** `2026-07-28` where left out. */
  readonly protocolVersion?: string;
  readonly trace?: TraceContext;
}

/** The context of a call without a server. */
export interface TestContext extends McpContext {
  /** What the client would have heard. */
  readonly heard: Heard;
  /** Aborts `signal`, as when nobody waits any longer. */
  abort(reason?: Error): void;
}

/**
 * A context to call the method of a tool, resource or prompt with, as a unit test does: no server, no token, no schema. Questions are
 * answered by the script; one that it has no answer for fails as it does for a client that did not declare the capability.
 */
export function createTestContext({
  token,
  answers = {},
  protocolVersion = '2026-07-28',
  trace,
}: TestContextOptions = {}): TestContext {
  const abort = new AbortController();
  const progress: ReportedProgress[] = [];
  const logs: LogMessage[] = [];
  const questions: AskedQuestion[] = [];
  const clientCapabilities = declaredCapabilities(answers);
  const answerer = answererOf(answers);
  const ask = async (key: string, question: Question): Promise<never> => {
    requireCapability(question, clientCapabilities);
    const asked = { method: question.method, params: question.params, key };
    questions.push(asked);
    const answer = await answerer(asked);
    if (!isAnswer(question, answer))
      throw new ClientInputFailed('the answer of the client does not fit the question');
    return answer as never;
  };
  return {
    token: callerOf(token),
    protocolVersion,
    requestId: randomUUID(),
    clientCapabilities,
    trace,
    signal: abort.signal,
    heard: { progress, logs, questions },
    abort: (reason) => abort.abort(reason),
    progress: (done, total, message) =>
      void progress.push({
        progress: done,
        ...(total === undefined ? {} : { total }),
        ...(message === undefined ? {} : { message }),
      }),
    log: (level, data, logger) =>
      void logs.push({ level, data, ...(logger === undefined ? {} : { logger }) }),
    elicit: (key, question) => ask(key, { method: 'elicitation/create', params: question }),
    sample: (key, question) => ask(key, { method: 'sampling/createMessage', params: question }),
    listRoots: (key) => ask(key, { method: 'roots/list' }),
    closeStream: () => undefined,
  };
}

function callerOf(changes: Partial<VerifiedToken> = {}): VerifiedToken {
  return {
    subject: 'user_1',
    clientId: 'client_1',
    issuer: 'https://issuer.example.com',
    issuerId: 'own',
    principal: 'user_1 of client_1',
    serviceAccount: false,
    tokenId: undefined,
    revocationIds: [],
    scopes: [],
    claims: {},
    expiresAt: Math.floor(Date.now() / 1000) + 3_600,
    ...changes,
  };
}
