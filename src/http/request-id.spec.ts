import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignRequestId, requestIdOf } from './request-id.js';

const OWN = /^[0-9a-f]{16}-[0-9a-z]+$/;

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    assignRequestId(request);
    response.end(requestIdOf(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('request id', () => {
  it.each(['12345678', 'a.b_c-d.E', 'a'.repeat(64), '2f1c1d3e-0d8a-4c55-9b60-5f6d1a2b3c4d'])(
    'stays as it came when it is well-formed: %s',
    async (id) => {
      const response = await fetch(url, { headers: { 'x-request-id': id } });
      expect(await response.text()).toBe(id);
    },
  );

  it.each([
    ['none came', undefined],
    ['it is too short', '1234567'],
    ['it is too long', 'a'.repeat(65)],
    ['it holds a space', '1234 5678'],
    ['it holds markup', '<b>12345</b>'],
    ['it holds a line break in JSON', String.raw`12345678\n`],
    ['it came twice', '12345678, 87654321'],
  ])('is new when %s', async (_what, id) => {
    const response = await fetch(url, { headers: id === undefined ? {} : { 'x-request-id': id } });
    const given = await response.text();
    expect(given).toMatch(OWN);
  });

  it('is another one for every request', async () => {
    const given = await Promise.all(Array.from({ length: 50 }, async () => (await fetch(url)).text()));
    expect(new Set(given).size).toBe(50);
  });
});
