import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { assignRequestId } from '../http/request-id.js';
import { Proxy } from './proxy.js';

describe('proxy', () => {
  it.each([
    ['/mcp?a', 'mcp'],
    ['/token', 'authorization-server'],
  ])('hands %s on to the %s server, as it came', (url, expected) => {
    const calls: unknown[] = [];
    const target = (name: string) => (request: IncomingMessage, response: ServerResponse) =>
      void calls.push([name, request, response]);
    const request = new IncomingMessage(new Socket());
    request.url = url;
    const response = new ServerResponse(request);
    new Proxy({ mcp: target('mcp'), 'authorization-server': target('authorization-server') }, '/mcp').handle(
      request,
      response,
    );
    expect(calls).toEqual([[expected, request, response]]);
    expect(request.url).toBe(url);
  });

  it.each(['*', 'http://evil.example.com/mcp', 'mcp', ''])('refuses the target "%s"', (url) => {
    const request = Object.assign(new IncomingMessage(new Socket()), { url });
    assignRequestId(request);
    const response = new ServerResponse(request);
    const never = (): never => {
      throw new Error('a server was asked');
    };
    new Proxy({ mcp: never, 'authorization-server': never }, '/mcp').handle(request, response);
    expect(response.statusCode).toBe(400);
  });
});
