import type { PolicyMatch, PolicyRule } from '../../../config/policy-rule.js';
import type { Operation, TargetKind } from '../../scope-policy.js';
import { costOf, readsInput } from './expression-cost.js';
import { Glob, uriGlob } from './glob.js';
import { MAX_SIZE } from './input-size.js';
import { CALLER_FIELDS, ExpressionProblem, parseExpression, VARIABLES } from './rule-environment.js';
import type { RuleInput } from './rule-input.js';

export interface CompiledRule extends Pick<PolicyRule, 'name' | 'effect' | 'reason' | 'scopes'> {
  /** Whether the rule is about that operation at all. */
  readonly isAbout: (operation: Operation) => boolean;
  /** Undefined: always. @throws what the expression throws, and RangeError for input too large for it */
  readonly when: ((input: RuleInput) => boolean) | undefined;
}

/** A rule that cannot be used: which, where, and what would do. */
export class RuleProblems extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'RuleProblems';
  }
}

/** Parses and type-checks all rules. @throws RuleProblems that names every expression that is wrong, with line and column */
export function compileRules(rules: readonly PolicyRule[]): CompiledRule[] {
  const problems: string[] = [];
  const compiled = rules.flatMap((rule, index) => {
    try {
      return [compileRule(rule)];
    } catch (error) {
      problems.push(`policies.${index} (${rule.name}): ${described(error, rule.when ?? '')}`);
      return [];
    }
  });
  if (problems.length > 0) throw new RuleProblems(problems);
  return compiled;
}

function compileRule({ name, effect, reason, scopes, match, when }: PolicyRule): CompiledRule {
  return {
    name,
    effect,
    ...(reason === undefined ? {} : { reason }),
    ...(scopes === undefined ? {} : { scopes }),
    isAbout: matcher(match),
    when: when === undefined ? undefined : condition(when),
  };
}

function matcher(match: PolicyMatch | undefined): CompiledRule['isAbout'] {
  const methods = match?.methods?.map((glob) => new Glob(glob));
  const resources = match?.resources?.map(uriGlob);
  const targets: Partial<Record<TargetKind, readonly Glob[] | undefined>> = {
    tool: match?.tools?.map((glob) => new Glob(glob)),
    prompt: match?.prompts?.map((glob) => new Glob(glob)),
    resource: resources,
    'resource-template': resources,
  };
  const anyTarget = Object.values(targets).every((globs) => globs === undefined);
  return ({ method, kind, target }) => {
    if (methods && !methods.some((glob) => glob.matches(method))) return false;
    if (anyTarget) return true;
    if (kind === undefined || target === undefined) return false;
    return targets[kind]?.some((glob) => glob.matches(target)) === true;
  };
}

function condition(source: string): (input: RuleInput) => boolean {
  const expression = parseExpression(source);
  const checked = expression.check();
  if (!checked.valid) throw checked.error ?? new Error('cannot be checked');
  if (checked.type !== 'bool')
    throw new ExpressionProblem(
      `is of type ${checked.type}, and must be true or false; compare it with something`,
      0,
    );
  const cost = costOf(expression.ast);
  if (cost > 2)
    throw new ExpressionProblem(
      'could take too long: at most one loop within another, and nothing that looks through lists or texts in the inner one',
      0,
    );
  const limit = readsInput(expression.ast) ? MAX_SIZE[cost] : undefined;
  return (input) => {
    if (limit && (input.size.values > limit.values || input.size.characters > limit.characters))
      throw new RangeError('the arguments are too large for it');
    const result: unknown = expression(input);
    if (typeof result !== 'boolean') throw new TypeError('not true or false');
    return result;
  };
}

/** Where it is and what to do. */
function described(error: unknown, source: string): string {
  const { summary, code, range, position } = error as Partial<{
    summary: string;
    code: string;
    range: { start: number };
    position: number;
  }>;
  const before = source.slice(0, range?.start ?? position ?? 0);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  const where = line > 1 ? `when, line ${line}, column ${column}` : `when, column ${column}`;
  return `${where}: ${summary ?? (error as Error).message}${hint(code, summary)}`;
}

function hint(code: string | undefined, summary: string | undefined): string {
  if (code === 'unknown_variable') return `; there are ${VARIABLES.join(', ')}`;
  if (code === 'no_such_key' && summary !== undefined) return `; caller has ${CALLER_FIELDS.join(', ')}`;
  return '';
}
