import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from '../http/request-handler.js';
import { refuse } from '../http/refusal.js';
import { isInternal, pathOf, serverFor, type ServerName } from './routing-table.js';

/** Where each server is: a handler in this process (local), or one that streams to another process (remote). */
export type Targets = Readonly<Record<ServerName, RequestHandler>>;

const NOTHING_HERE = {
  status: 404,
  error: 'not_found',
  description: 'There is nothing at this address',
} as const;

/** The only public address: sends each request to the server that its path belongs to. */
export class Proxy {
  constructor(
    private readonly targets: Targets,
    private readonly mcpPath: string,
  ) {}

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathOf(request.url);
    if (isInternal(path)) refuse(request, response, this.mcpPath, NOTHING_HERE);
    else this.targets[serverFor(path, this.mcpPath)](request, response);
  };
}
