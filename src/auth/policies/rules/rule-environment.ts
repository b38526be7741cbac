import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { childrenOf } from './expression-tree.js';
import { RuleCaller } from './rule-caller.js';
import { readInZone, requireTimeZone, ZONE_READINGS } from './time-in-zone.js';

/** What an expression can ask for. */
export const VARIABLES = ['method', 'kind', 'target', 'arguments', 'caller', 'now'] as const;
export const CALLER_FIELDS = ['subject', 'clientId', 'issuer', 'serviceAccount', 'scopes', 'claims'] as const;

/** Ours, without a formatter for each call, in the place of the library's readings of a time zone. */
const IN_ZONE = 'InZone';

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

for (const reading of ZONE_READINGS) {
  ENVIRONMENT.registerFunction(
    `google.protobuf.Timestamp.${reading}${IN_ZONE}(string): int`,
    (moment: Date, zone: string) => readInZone(reading, moment, zone),
  );
}

function isZoneReading(name: string): boolean {
  return (ZONE_READINGS as readonly string[]).includes(name);
}

/**
 * Parses an expression; `check` and evaluate it as the library says.
 * @throws ParseError of the library; ExpressionProblem for `matches` with what is no literal, or no regular expression
 * of RE2, and for a time zone that there is not
 */
export function parseExpression(source: string): ParseResult {
  const expression = ENVIRONMENT.parse(source);
  replaceCalls(expression.ast);
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

function replaceCalls(node: ASTNode): void {
  if (node.op === 'rcall') {
    const [name, , [literal]] = node.args;
    if (name === 'matches') {
      requireText(literal, node, 'matches() takes a pattern in quotes, nothing computed', compiled);
      node.args[0] = LINEAR_MATCHES;
    } else if (literal !== undefined && isZoneReading(name)) {
      requireText(literal, node, `${name}() takes a time zone in quotes, nothing computed`, requireTimeZone);
      node.args[0] += IN_ZONE;
    }
  }
  for (const child of childrenOf(node)) replaceCalls(child);
}

/** @throws ExpressionProblem for what is no text that stands in the expression, or one that `check` does not take */
function requireText(
  literal: ASTNode | undefined,
  call: ASTNode,
  otherwise: string,
  check: (text: string) => unknown,
): void {
  if (literal?.op !== 'value' || typeof literal.args !== 'string')
    throw new ExpressionProblem(otherwise, call.start);
  try {
    check(literal.args);
  } catch (error) {
    throw new ExpressionProblem((error as Error).message, literal.start);
  }
}

function compiled(pattern: string): RE2JS {
  let expression = PATTERNS.get(pattern);
  if (!expression) PATTERNS.set(pattern, (expression = RE2JS.compile(pattern)));
  return expression;
}
