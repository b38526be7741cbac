import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HeldScopes } from '../auth/held-scopes.js';
import { RuleClock } from '../auth/policies/rules/rule-clock.js';
import type { PolicyDecision } from '../auth/scope-policy.js';
import type { VerifiedToken } from '../auth/verified-token.js';
import { createLogger } from '../logging/logger.js';
import { CapabilityRegistry } from '../mcp/capability-registry.js';
import { JsonRpcError } from '../mcp/json-rpc-error.js';
import { type JudgedOperation, judgedOperation } from '../mcp/judged-operation.js';
import { PolicyGate } from '../mcp/policy-gate.js';
import { CoreModule, type CoreOptions } from './core.module.js';
import { createMcpContext, type McpServerOptions } from './mcp.role.js';

/** Somebody who might call. */
export interface PolicyCaller {
  readonly subject?: string | undefined;
  readonly clientId?: string | undefined;
  readonly issuer?: string | undefined;
  readonly serviceAccount?: boolean | undefined;
  readonly scopes: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

export interface PolicyQuestion {
  readonly caller: PolicyCaller;
  readonly method: string;
  readonly params: Record<string, unknown>;
  /** What `now` is in the rules; left out, it is now. */
  readonly now?: Date | undefined;
}

export interface PolicyExplanation {
  /** `require`: with more scopes it would be allowed. */
  readonly decision: 'allow' | 'deny' | 'require';
  readonly rule: string | undefined;
  /** With which it would be allowed. */
  readonly scopes: readonly string[];
  /** Why, in half a line. */
  readonly because: string;
}

export interface PolicyExplainer {
  /** What this server would decide. @throws Error for a tool, prompt or method that it does not have: a rule about it could not be tried */
  explain(question: PolicyQuestion): Promise<PolicyExplanation>;
  close(): Promise<void>;
}

/**
 * The policies of a server with these settings and capabilities, to be asked without a request. Nothing listens.
 * @throws ConfigurationError as the server would
 */
export async function openPolicyExplainer(options: CoreOptions & McpServerOptions): Promise<PolicyExplainer> {
  const problems: string[] = [];
  const logger = createLogger('debug', { write: (line) => void problems.push(...problemsIn(line)) });
  const core = await NestFactory.createApplicationContext(CoreModule.forRoot({ ...options, logger }), {
    logger: false,
    abortOnError: false,
  });
  let context: INestApplicationContext | undefined;
  const close = async (): Promise<void> => {
    await context?.close();
    await core.close();
  };
  try {
    context = await createMcpContext(core, options);
  } catch (error) {
    await close();
    throw error;
  }
  const registry = context.get(CapabilityRegistry);
  const gate = context.get(PolicyGate, { strict: false });
  const held = context.get(HeldScopes);
  const clock = context.get(RuleClock);
  const explain = async ({ caller, method, params, now }: PolicyQuestion): Promise<PolicyExplanation> => {
    const judged = judgedIn(registry, method, params);
    const token = tokenOf(caller);
    const moment = now ?? new Date();
    clock.now = () => moment;
    problems.length = 0;
    const decision = await gate.decision(token, judged);
    return explanation(decision, judged, token, { held, problem: problems.at(-1) });
  };
  return { explain, close };
}

function judgedIn(
  registry: CapabilityRegistry,
  method: string,
  params: Record<string, unknown>,
): JudgedOperation {
  const entry = registry.methods.get(method);
  if (!entry)
    throw new Error(`this server has no method ${method}; it has ${listed(registry.methods.keys())}`);
  const [kind, names] = method === 'tools/call' ? ['tool', registry.tools] : ['prompt', registry.prompts];
  const { name, uri } = params;
  if (['tools/call', 'prompts/get'].includes(method) && !names.has(name as string))
    throw new Error(`this server has no ${kind} ${String(name)}; it has ${listed(names.keys())}`);
  if (method.startsWith('resources/') && typeof uri === 'string' && !registry.resourceFor(uri))
    throw new Error(`this server has no resource and no template for ${uri}`);
  try {
    return judgedOperation(registry, entry, params);
  } catch (error) {
    if (error instanceof JsonRpcError) throw new Error(error.message, { cause: error });
    throw error;
  }
}

function listed(names: Iterable<string>): string {
  return [...names].join(', ') || 'none';
}

function tokenOf(caller: PolicyCaller): VerifiedToken {
  const {
    subject = 'somebody',
    clientId = 'some-client',
    issuer = 'https://issuer.example',
    scopes,
  } = caller;
  const token = {
    subject,
    clientId,
    issuer,
    serviceAccount: caller.serviceAccount ?? false,
    principal: `${issuer} ${subject} ${clientId}`,
    tokenId: undefined,
    revocationIds: [],
    scopes,
    expiresAt: Number.MAX_SAFE_INTEGER,
    claims: caller.claims ?? {},
  };
  return token;
}

function explanation(
  decision: PolicyDecision | undefined,
  { scopes }: JudgedOperation,
  token: VerifiedToken,
  { held, problem }: { held: HeldScopes; problem: string | undefined },
): PolicyExplanation {
  const rule = decision?.rule;
  const by = rule ?? 'a policy of this program';
  if (!decision)
    return { decision: 'deny', rule, scopes: [], because: `the policy failed: ${problem ?? 'no decision'}` };
  if (decision.allowed) {
    const because = rule === 'declared-scopes' ? `${by}: ${declared(scopes)}` : by;
    return { decision: 'allow', rule, scopes: [], because };
  }
  if ('reason' in decision) {
    const cause = problem === undefined ? '' : ` (${problem})`;
    return { decision: 'deny', rule, scopes: [], because: `${by}: ${decision.reason}${cause}` };
  }
  const lacking = decision.requiredScopes.filter((scope) => !held.covers(token, scope));
  const tried = problem === undefined ? '' : ` (${problem})`;
  const because = `${by}: needs ${decision.requiredScopes.join(' ')}, lacks ${lacking.join(' ') || 'nothing of it'}${tried}`;
  return { decision: 'require', rule, scopes: decision.requiredScopes, because };
}

function declared(scopes: readonly string[]): string {
  return scopes.length === 0 ? 'none needed' : `${scopes.join(' ')} held`;
}

/** What a policy logged, for people. */
function problemsIn(line: string): string[] {
  const { rule, problem, err } = JSON.parse(line) as Partial<{
    rule: string;
    problem: string;
    err: { message: string };
  }>;
  if (rule !== undefined && problem !== undefined) return [`${rule} failed: ${problem}`];
  return err === undefined ? [] : [err.message];
}
