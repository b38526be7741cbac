import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from '../http/refusal.js';
import type { RequestHandler } from '../http/request-handler.js';
import { pathOf, serverFor, type ServerName } from './routing-table.js';

/** Where each server is: a handler in this process (local), or one that streams to another process (remote). */
export type Targets = Readonly<Record<ServerName, RequestHandler>>;

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
    if (request.url?.startsWith('/') !== true) {
      refuse(request, response, this.mcpPath, {
        status: 400,
        error: 'invalid_request',
        description: 'The request target must be a path of this server, such as /mcp',
      });
      return;
    }
    this.targets[serverFor(pathOf(request.url), this.mcpPath)](request, response);
  };
}
