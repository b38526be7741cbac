import type { IncomingMessage } from 'node:http';
import type { Admission } from './host-check.js';
import type { OriginPolicy } from './origin-policy.js';
import { refuse } from './refusal.js';

/** RFC 8615. */
const WELL_KNOWN = '/.well-known/';

export interface OriginCheckOptions {
  readonly origins: OriginPolicy;
  readonly mcpPath: string;
  /** Told of every request that is refused. */
  readonly onRefused: (request: IncomingMessage) => void;
}

/**
 * Answers calls from the pages of other origins with 403 (MCP basic/transports, "Security Warning"), except for discovery documents.
 * What stays open is listed, not what is closed: a router finds the MCP endpoint under other spellings too, such as `/%6dcp`.
 */
export function originCheck({ origins, mcpPath, onRefused }: OriginCheckOptions): Admission {
  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined || origins.allows(origin) || isDocument(request.url, mcpPath)) return true;
    onRefused(request);
    refuse(request, response, mcpPath, {
      status: 403,
      error: 'invalid_request',
      description:
        'Pages of this Origin may not call this server. If they shall, its operator has to add the origin to ALLOWED_ORIGINS',
    });
    return false;
  };
}

function isDocument(target: string | undefined, mcpPath: string): boolean {
  return (
    target !== undefined && [WELL_KNOWN, `${mcpPath}${WELL_KNOWN}`].some((path) => target.startsWith(path))
  );
}
