import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostPolicy } from './host-policy.js';
import { refuse } from './refusal.js';

/** True for a request that may go on. The others are answered here. */
export type Admission = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface HostCheckOptions {
  readonly hosts: HostPolicy;
  readonly mcpPath: string;
  /** Told of every request that is refused. */
  readonly onRefused: (request: IncomingMessage) => void;
}

/** Answers requests for other hosts with 403 (MCP basic/transports, "Security Warning"), whatever their path. */
export function hostCheck({ hosts, mcpPath, onRefused }: HostCheckOptions): Admission {
  return (request, response) => {
    if (hosts.allows(request)) return true;
    onRefused(request);
    refuse(request, response, mcpPath, {
      status: 403,
      error: 'invalid_request',
      description:
        'The Host header names no host of this server. If it is one, its operator has to set PUBLIC_URL, or add it to ALLOWED_HOSTS',
    });
    return false;
  };
}
