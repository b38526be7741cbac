import type { ASTNode } from '@marcbachmann/cel-js';

type Call = Extract<ASTNode, { op: 'rcall' }>;

export function isCallOf(node: ASTNode, name: string): node is Call {
  return node.op === 'rcall' && node.args[0] === name;
}

/** The parts of an expression, macros as they were written. */
export function childrenOf({ args }: ASTNode): ASTNode[] {
  return (Array.isArray(args) ? args.flat(2) : [args]).filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}
