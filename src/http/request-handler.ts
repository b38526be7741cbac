import type { IncomingMessage, ServerResponse } from 'node:http';

/** Takes a raw request and answers it. What a server in this process offers to the proxy. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
