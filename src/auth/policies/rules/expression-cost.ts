import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './expression-tree.js';

/** Each runs its predicate once for every element. */
const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** Methods that take the same time however long their text is, or only as long as their literal. */
const CONSTANT_METHODS: ReadonlySet<string> = new Set(['size', 'startsWith', 'endsWith', 'holds']);
/** Go through a list, a map or a text. */
const LINEAR_OPERATORS: ReadonlySet<string> = new Set(['in', '+']);
/** Go through what they compare; in a loop that is the elements, which together are no more than the list. */
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/**
 * How the time that an expression takes grows with what the client sends: 0 not at all, 1 linearly, 2 with the square. Counted from above: loops
 * within loops, and within those whatever looks through a text or a list.
 */
export function costOf(node: ASTNode, looped = false): number {
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args;
    if (COMPREHENSIONS.has(name))
      return Math.max(costOf(receiver, looped), 1 + highest(args.map((arg) => costOf(arg, true))));
  }
  const children = childrenOf(node);
  const inside = highest(children.map((child) => costOf(child, looped)));
  return isLinear(node, children, looped) ? Math.max(1, inside) : inside;
}

function isLinear(node: ASTNode, children: readonly ASTNode[], looped: boolean): boolean {
  if (node.op === 'rcall') return !CONSTANT_METHODS.has(node.args[0]) && !node.args[0].startsWith('get');
  if (!LINEAR_OPERATORS.has(node.op) && (looped || !COMPARISONS.has(node.op))) return false;
  // Comparing with a literal ends with the literal.
  return !children.some(isLiteral);
}

function highest(costs: readonly number[]): number {
  return Math.max(0, ...costs);
}

/** True where an expression looks at what the client or its token can make large. */
export function readsInput(node: ASTNode): boolean {
  if (node.op === 'id') return node.args === 'arguments' || node.args === 'caller';
  return childrenOf(node).some(readsInput);
}

function isLiteral(node: ASTNode): boolean {
  if (node.op === 'list' || node.op === 'map') return childrenOf(node).every(isLiteral);
  return node.op === 'value' || (node.op === '-_' && isLiteral(node.args));
}
