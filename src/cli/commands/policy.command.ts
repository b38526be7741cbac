import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { shownText } from '../../http/shown-text.js';
import {
  openPolicyExplainer,
  type PolicyExplainer,
  type PolicyExplanation,
  type PolicyQuestion,
} from '../../roles/policy-explainer.js';
import type { GatehouseOptions } from '../../roles/start-gatehouse.js';
import { operationOf, type PolicyFixture, readPolicyFixtures } from '../policy-fixtures.js';
import { UsageError } from '../usage-error.js';

/** What is printed, and whether everything was as expected. */
export interface PolicyReport {
  readonly text: string;
  readonly succeeded: boolean;
}

/**
 * `policy test FILE ...` and `policy explain`, for a server with the settings of the environment and the capabilities of the built-in server, or of
 * the module that `--options` names.
 * @throws UsageError; ConfigurationError as the server would
 */
export async function policyCommand(
  [action, ...words]: readonly string[],
  variables?: GatehouseOptions['variables'],
): Promise<PolicyReport> {
  if (action === 'test') return test(words, variables);
  if (action === 'explain') return explain(words, variables);
  throw new UsageError(`policy ${action ?? ''}: say test or explain`);
}

async function test(
  words: readonly string[],
  variables: GatehouseOptions['variables'],
): Promise<PolicyReport> {
  const { values, positionals } = parsed(words, ['options']);
  if (positionals.length === 0) throw new UsageError('policy test takes one or more files');
  const fixtures = positionals.flatMap(readPolicyFixtures);
  return withExplainer(values['options'], variables, async (explainer) => {
    const lines: string[] = [];
    let failed = 0;
    for (const fixture of fixtures) {
      const explained = await answered(explainer, fixture.question);
      const wrong = mismatch(fixture, explained);
      if (wrong !== undefined) failed++;
      lines.push(line(fixture, explained, wrong));
    }
    lines.push('', `${fixtures.length - failed} of ${fixtures.length} as expected`);
    return { text: lines.join('\n'), succeeded: failed === 0 };
  });
}

const QUESTION = [
  'tool',
  'prompt',
  'resource',
  'method',
  'arguments',
  'params',
  'subject',
  'client',
  'scope',
  'claims',
  'now',
  'options',
];

async function explain(
  words: readonly string[],
  variables: GatehouseOptions['variables'],
): Promise<PolicyReport> {
  const { values, positionals } = parsed(words, QUESTION);
  if (positionals.length > 0) throw new UsageError(`policy explain: what is ${positionals.join(' ')}?`);
  const { tool, prompt, resource, method, subject, client, now } = values;
  const asked = { tool, prompt, resource, method };
  const given = {
    arguments: json('arguments', values['arguments']),
    params: json('params', values['params']),
  };
  if (now !== undefined && Number.isNaN(Date.parse(now)))
    throw new UsageError(`policy explain: ${now} is no time`);
  const question = {
    ...operationOf({ ...asked, ...given }, 'policy explain'),
    caller: {
      subject,
      clientId: client,
      scopes: (values['scope'] ?? '').split(' ').filter((scope) => scope !== ''),
      claims: json('claims', values['claims']),
    },
    now: now === undefined ? undefined : new Date(now),
  };
  return withExplainer(values['options'], variables, async (explainer) => {
    const explained = await answered(explainer, question);
    const text = sentence(explained, question, subject ?? 'somebody');
    return { text, succeeded: !(explained instanceof Error) };
  });
}

async function withExplainer(
  options: string | undefined,
  variables: GatehouseOptions['variables'],
  use: (explainer: PolicyExplainer) => Promise<PolicyReport>,
): Promise<PolicyReport> {
  const program = options === undefined ? {} : await programOptions(options);
  const explainer = await openPolicyExplainer({ ...program, ...(variables ? { variables } : {}) });
  try {
    return await use(explainer);
  } finally {
    await explainer.close();
  }
}

/** `capabilities` and `scopePolicies`, which the program gives to `startGatehouse`. */
async function programOptions(path: string): Promise<GatehouseOptions> {
  let module: { options?: GatehouseOptions };
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as typeof module;
  } catch (error) {
    throw new UsageError(`--options: cannot load ${path}: ${(error as Error).message}`);
  }
  if (typeof module.options !== 'object')
    throw new UsageError(`--options: ${path} exports no options; export what you give to startGatehouse`);
  return module.options;
}

function parsed(
  words: readonly string[],
  names: readonly string[],
): { values: Record<string, string | undefined>; positionals: string[] } {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function json(name: string, text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below, as what is no object is.
  }
  throw new UsageError(`policy explain: --${name} must be a JSON object`);
}

/** The server's answer, or why the question makes no sense for it. */
async function answered(
  explainer: PolicyExplainer,
  question: PolicyQuestion,
): Promise<PolicyExplanation | Error> {
  try {
    return await explainer.explain(question);
  } catch (error) {
    return error as Error;
  }
}

function mismatch(fixture: PolicyFixture, explained: PolicyExplanation | Error): string | undefined {
  if (explained instanceof Error) return explained.message;
  const { decision, rule, scopes } = explained;
  if (decision !== fixture.expect) return `expected ${fixture.expect}`;
  if (fixture.rule !== undefined && fixture.rule !== rule) return `expected the rule ${fixture.rule}`;
  const wanted = fixture.scopes?.toSorted().join(' ');
  if (wanted !== undefined && wanted !== scopes.toSorted().join(' ')) return `expected the scopes ${wanted}`;
  return undefined;
}

function line(
  { name, question, who }: PolicyFixture,
  explained: PolicyExplanation | Error,
  wrong: string | undefined,
): string {
  const verdict = wrong === undefined ? 'ok  ' : 'FAIL';
  const title = name === undefined ? '' : `  [${name}]`;
  const told = explained instanceof Error ? '' : `  (${wrong})`;
  return `${verdict}  ${sentence(explained, question, who)}${wrong === undefined ? '' : told}${title}`;
}

function sentence(
  explained: PolicyExplanation | Error,
  { method, params }: PolicyQuestion,
  who: string,
): string {
  const target = params['name'] ?? params['uri'];
  const what = typeof target === 'string' ? `${method} ${shownText(target, 100)}` : method;
  if (explained instanceof Error) return `error    ${what} by ${who}  ${explained.message}`;
  return `${explained.decision.padEnd(7)}  ${what} by ${who}  ${explained.because}`;
}
