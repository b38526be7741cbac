import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { PolicyCaller, PolicyQuestion } from '../roles/policy-explainer.js';
import { UsageError } from './usage-error.js';

const CALLER = z.strictObject({
  subject: z.string().optional(),
  clientId: z.string().optional(),
  issuer: z.string().optional(),
  serviceAccount: z.boolean().optional(),
  scopes: z.array(z.string()).default([]),
  claims: z.record(z.string(), z.unknown()).optional(),
});

const MOMENT = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const MEMBERS = z.record(z.string(), z.unknown());

const CASE = z.strictObject({
  name: z.string().optional(),
  /** A name under `callers`, or the caller itself. */
  caller: z.union([z.string(), CALLER]),
  tool: z.string().optional(),
  prompt: z.string().optional(),
  resource: z.string().optional(),
  method: z.string().optional(),
  /** Of a tool or prompt. */
  arguments: MEMBERS.optional(),
  /** Of a method. */
  params: MEMBERS.optional(),
  now: MOMENT.optional(),
  expect: z.enum(['allow', 'deny', 'require']),
  /** Which rule shall decide. */
  rule: z.string().optional(),
  /** Which scopes shall be asked for. */
  scopes: z.array(z.string()).optional(),
});

const FILE = z.strictObject({
  now: MOMENT.optional(),
  callers: z.record(z.string(), CALLER).default({}),
  cases: z.array(CASE).min(1),
});

export interface PolicyFixture {
  readonly name: string | undefined;
  readonly question: PolicyQuestion;
  /** Who calls, for the line. */
  readonly who: string;
  readonly expect: 'allow' | 'deny' | 'require';
  readonly rule: string | undefined;
  readonly scopes: readonly string[] | undefined;
}

/** The cases of a file of fixtures. @throws UsageError that names the file, the case and what is wrong */
export function readPolicyFixtures(path: string): PolicyFixture[] {
  let content: unknown;
  try {
    // Moments stay text, as people write them.
    content = parse(readFileSync(path, 'utf8'), { schema: 'core' });
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message.split('\n', 1)[0]}`);
  }
  const { success, data, error } = FILE.safeParse(content);
  if (!success) {
    const [issue] = error.issues;
    throw new UsageError(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`);
  }
  return data.cases.map((one, index) => {
    const where = `${path}: cases.${index}`;
    const caller = callerOf(one.caller, data.callers, where);
    const question = { caller, now: one.now ?? data.now, ...operationOf(one, where) };
    const { expect, rule, scopes } = one;
    return { name: one.name, question, who: caller.subject ?? 'somebody', expect, rule, scopes };
  });
}

/** One who is named has that name for a subject, unless the entry says otherwise. */
function callerOf(
  caller: z.infer<typeof CALLER> | string,
  callers: Readonly<Record<string, z.infer<typeof CALLER>>>,
  where: string,
): PolicyCaller {
  if (typeof caller !== 'string') return caller;
  const known = Object.hasOwn(callers, caller) ? callers[caller] : undefined;
  if (!known) throw new UsageError(`${where}: there is no ${caller} under callers`);
  return { ...known, subject: known.subject ?? caller };
}

export interface AskedOperation {
  readonly tool?: string | undefined;
  readonly prompt?: string | undefined;
  readonly resource?: string | undefined;
  readonly method?: string | undefined;
  readonly arguments?: Record<string, unknown> | undefined;
  readonly params?: Record<string, unknown> | undefined;
}

/** The MCP request that is meant. @throws UsageError unless exactly one of tool, prompt, resource and method is there */
export function operationOf(
  { tool, prompt, resource, method, arguments: args, params }: AskedOperation,
  where: string,
): { method: string; params: Record<string, unknown> } {
  if ([tool, prompt, resource, method].filter((given) => given !== undefined).length !== 1)
    throw new UsageError(`${where}: say one of tool, prompt, resource and method`);
  if (params && method === undefined) throw new UsageError(`${where}: params go with method`);
  if (args && tool === undefined && prompt === undefined)
    throw new UsageError(`${where}: arguments go with tool or prompt`);
  if (tool !== undefined) return { method: 'tools/call', params: { name: tool, arguments: args ?? {} } };
  if (prompt !== undefined) return { method: 'prompts/get', params: { name: prompt, arguments: args ?? {} } };
  if (resource !== undefined) return { method: 'resources/read', params: { uri: resource } };
  return { method: method as string, params: params ?? {} };
}
