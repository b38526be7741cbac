import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
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
});
