import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { childrenOf, isCallOf } from './expression-tree.js';
import { RuleCaller } from './rule-caller.js';

/** What an expression can ask for. */
export const VARIABLES = ['method', 'kind', 'target', 'arguments', 'caller', 'now'] as const;
export const CALLER_FIELDS = ['subject', 'clientId', 'issuer', 'serviceAccount', 'scopes', 'claims'] as const;

/** Ours, in linear time, in the place of the library's `matches`, whose expressions can take exponential time (ReDoS). */
const LINEAR_MATCHES = 'matchesInLinearTime';

const PATTERNS = new Map<string, RE2JS>();

const ENVIRONMENT = new Environment({
  limits: { maxAstNodes: 400, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 },
})
  .registerVariable('method', 'string')
  .registerVariable('kind', 'string')
  .registerVariable('target', 'string')
  .registerVariable('arguments', 'map<string, dyn>')
  .registerVariable('now', 'google.protobuf.Timestamp')
  .registerType('Caller', {
    ctor: RuleCaller,
    fields: {
      subject: 'string',
      clientId: 'string',
      issuer: 'string',
      serviceAccount: 'bool',
      scopes: 'list<string>',
      claims: 'map<string, dyn>',
    },
  })
  .registerVariable('caller', 'Caller')
  .registerFunction('Caller.holds(string): bool', (caller: RuleCaller, scope: string) => caller.holds(scope))
  .registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) =>
    compiled(pattern).matcher(text).find(),
  );

/**
 * Parses an expression; `check` and evaluate it as the library says.
 * @throws ParseError of the library; PatternError for `matches` with what is no literal, or no regular expression of RE2
 */
export function parseExpression(source: string): ParseResult {
  const expression = ENVIRONMENT.parse(source);
  replaceMatches(expression.ast);
  return expression;
}

/** The expression is right for the library, and not for us. */
export class ExpressionProblem extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
    this.name = 'ExpressionProblem';
  }
}

function replaceMatches(node: ASTNode): void {
  if (isCallOf(node, 'matches')) {
    const [pattern] = node.args[2];
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string')
      throw new ExpressionProblem('matches() takes a pattern in quotes, nothing computed', node.start);
    try {
      compiled(pattern.args);
    } catch (error) {
      throw new ExpressionProblem((error as Error).message, pattern.start);
    }
    node.args[0] = LINEAR_MATCHES;
  }
  for (const child of childrenOf(node)) replaceMatches(child);
}

function compiled(pattern: string): RE2JS {
  let expression = PATTERNS.get(pattern);
  if (!expression) PATTERNS.set(pattern, (expression = RE2JS.compile(pattern)));
  return expression;
}
