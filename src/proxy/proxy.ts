import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from '../http/request-handler.js';
import { pathOf, serverFor, type ServerName } from './routing-table.js';

/** Where each server is: a handler in this process (local), or one that streams to another process (remote). */
export type Targets = Readonly<Record<ServerName, RequestHandler>>;

/** The only public address: sends each request to the server that its path belongs to. */
export class Proxy {
  constructor(
    private readonly targets: Targets,
    private readonly mcpPath: string,
  ) {}

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.targets[serverFor(pathOf(request.url), this.mcpPath)](request, response);
  };
}
