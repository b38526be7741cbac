import type { ASTNode } from '@marcbachmann/cel-js';

/** The parts of an expression, macros as they were written. */
export function childrenOf({ args }: ASTNode): ASTNode[] {
  return (Array.isArray(args) ? args.flat(2) : [args]).filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}
