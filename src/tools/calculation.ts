import { ToolError } from '../mcp/tool-result.js';

const DECIMALS = 10;

/**
 * A result as the tools show it: ten decimals, and no negative zero.
 * @throws ToolError where it is no finite number
 */
export function decimal(value: number): string {
  if (!Number.isFinite(value))
    throw new ToolError('The result is not a finite number: it is too large or undefined');
  const text = value.toFixed(DECIMALS);
  return Number(text) === 0 ? (0).toFixed(DECIMALS) : text;
}

/** Pretty JSON with its members in alphabetical order. */
export function report(members: Record<string, unknown>): string {
  const sorted = Object.entries(members).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted), undefined, 2);
}
