import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from '../http/refusal.js';
import type { RequestHandler } from '../http/request-handler.js';
import { authorizationServerMetadataPath } from '../oauth/well-known.js';
import { isInternal, pathOf, serverFor, type ServerName } from './routing-table.js';

/**
 * Where each server is: a handler in this process (local), or one that streams to another process (remote). Without an authorization
 * server of our own, the MCP server has the discovery documents, and its other paths are nowhere.
 */
export interface Targets {
  readonly mcp: RequestHandler;
  readonly 'authorization-server': RequestHandler | undefined;
}

const NOTHING_HERE = {
  status: 404,
  error: 'not_found',
  description: 'There is nothing at this address',
} as const;

const NO_PATH = {
  status: 400,
  error: 'invalid_request',
  description: 'The request target must be a path of this server, such as /mcp',
} as const;

/**
 * The only public address: sends each request to the server that its path belongs to. A request target that is no path, such as `*`,
 * belongs to none, and is refused with 400.
 */
export class Proxy {
  constructor(
    private readonly targets: Targets,
    private readonly mcpPath: string,
  ) {}

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathOf(request.url);
    if (!path.startsWith('/')) refuse(request, response, this.mcpPath, NO_PATH);
    else if (isInternal(path)) refuse(request, response, this.mcpPath, NOTHING_HERE);
    else this.#hand(serverFor(path, this.mcpPath), path, request, response);
  };

  #hand(name: ServerName, path: string, request: IncomingMessage, response: ServerResponse): void {
    const target = this.targets[name];
    if (target) target(request, response);
    else if (authorizationServerMetadataPath(path, this.mcpPath)) this.targets.mcp(request, response);
    else refuse(request, response, this.mcpPath, NOTHING_HERE);
  }
}
