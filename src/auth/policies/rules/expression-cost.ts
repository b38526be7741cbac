import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './expression-tree.js';

/** Each runs its predicate once for every element. */
const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** Methods that take the same time however long their text is, or only as long as their literal. */
const CONSTANT_METHODS: ReadonlySet<string> = new Set(['size', 'startsWith', 'endsWith', 'holds']);
const LINEAR_OPERATORS: ReadonlySet<string> = new Set(['in', '==', '!=', '+', '<', '<=', '>', '>=']);

/**
 * How the time that an expression takes grows with what the client sends: 0 not at all, 1 linearly, 2 with the square. Counted from above: loops
 * within loops, and within those whatever looks through a text or a list.
 */
export function costOf(node: ASTNode): number {
  const children = childrenOf(node);
  const inside = Math.max(0, ...children.map(costOf));
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args;
    if (COMPREHENSIONS.has(name)) return Math.max(costOf(receiver), 1 + Math.max(0, ...args.map(costOf)));
    return CONSTANT_METHODS.has(name) || name.startsWith('get') ? inside : Math.max(1, inside);
  }
  if (!LINEAR_OPERATORS.has(node.op)) return inside;
  // Comparing with a literal ends with the literal.
  return children.some(isLiteral) ? inside : Math.max(1, inside);
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
