import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { selfSigned } from './self-signed.js';

export interface DocumentHost {
  /** `https://localhost:<port>` */
  readonly origin: string;
  readonly port: number;
  /** How often each path was asked for. */
  readonly asked: Map<string, number>;
  /** How a path is answered from now on. */
  answer(path: string, answer: (request: IncomingMessage, response: ServerResponse) => void): void;
  /** Answers a path with JSON. */
  json(path: string, document: unknown, headers?: Record<string, string>): void;
  stop(): Promise<void>;
}

/** An https server of somebody else, on this machine, whose certificate this process trusts while it runs. */
export async function documentHost(): Promise<DocumentHost> {
  const { key, cert } = selfSigned();
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, cert]);
  const answers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  const asked = new Map<string, number>();
  const server = createServer({ key, cert }, (request, response) => {
    const path = request.url ?? '/';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const answer = answers.get(path);
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://localhost:${port}`,
    port,
    asked,
    answer: (path, answer) => void answers.set(path, answer),
    json: (path, document, headers = {}) =>
      void answers.set(path, (_request, response) => {
        response
          .writeHead(200, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(document));
      }),
    stop: async () => {
      setDefaultCACertificates(trusted);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
