import { isObject } from '../../mcp/json-rpc-message.js';
import type { MirroredParameter } from '../../mcp/mirrored-parameters.js';
import { encodedHeaderValue } from './encoded-header-value.js';

/** The headers in which a client repeats arguments (2026-07-28, "Custom Headers from Tool Parameters"). */
export function mirroredHeaders(
  parameters: readonly MirroredParameter[],
  args: unknown,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { header, path } of parameters) {
    const value = path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), args);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (value !== undefined && value !== null) headers[header] = encodedHeaderValue(text);
  }
  return headers;
}
