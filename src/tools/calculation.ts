import { ToolError } from '../mcp/tool-result.js';

const DECIMALS = 10;
const NEGATIVE_ZERO = '-0.0000000000';

/**
 * A result as the tools show it: ten decimals, every digit before them, and no negative zero.
 * @throws ToolError where it is no finite number
 */
export function decimal(value: number): string {
  if (!Number.isFinite(value))
    throw new ToolError('The result is not a finite number: it is too large or undefined');
  // From here on `toFixed` writes an exponent, and every number is whole.
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.${'0'.repeat(DECIMALS)}`;
  const text = value.toFixed(DECIMALS);
  return text === NEGATIVE_ZERO ? text.slice(1) : text;
}

/** Pretty JSON. Callers name the members in alphabetical order, as the guide shows them. */
export function report(members: Record<string, unknown>): string {
  return JSON.stringify(members, undefined, 2);
}
