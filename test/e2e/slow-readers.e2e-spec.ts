import { Injectable, Module } from '@nestjs/common';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as tick } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { TokenForge } from '../support/token-forge.js';

const LINE = 'x'.repeat(64 * 1024);
/** Far more than the buffers of two connections take, and than may wait for a reader. */
const MAX_LINES = 4_096;
let written = 0;
let stopped: unknown;

@Injectable()
class Talkative {
  @Tool({ name: 'talk', description: 'Writes to the log of the client until nobody listens' })
  async talk(_args: object, context: McpContext): Promise<string> {
    for (; written < MAX_LINES && !context.signal.aborted; written++) {
      context.log('info', LINE);
      await tick();
    }
    stopped = context.signal.reason;
    return 'done';
  }
}

@Module({ providers: [Talkative] })
class TalkativeModule {}

let gatehouse: TestGatehouse;
let socket: Socket | undefined;
afterEach(async () => {
  socket?.destroy();
  await gatehouse.stop();
});

describe.each(DEPLOYMENTS)('A client that never reads its stream, %s', (deployment) => {
  it('is cut off before much of it waits in memory, and its tool is told', async () => {
    written = 0;
    stopped = undefined;
    gatehouse = await testGatehouse({ deployment, capabilities: [TalkativeModule], logLevel: 'error' });
    const token = await (await TokenForge.of(gatehouse)).token();
    const { hostname, port } = new URL(gatehouse.mcpUrl);
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'talk',
        arguments: {},
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'deaf', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/logLevel': 'debug',
        },
      },
    });
    socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.pause();
    await once(socket, 'connect');
    socket.write(
      [
        'POST /mcp HTTP/1.1',
        `Host: ${hostname}:${port}`,
        `Authorization: Bearer ${token}`,
        'Content-Type: application/json',
        'Accept: application/json, text/event-stream',
        'MCP-Protocol-Version: 2026-07-28',
        'Mcp-Method: tools/call',
        'Mcp-Name: talk',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
    await vi.waitFor(() => expect(stopped).toMatchObject({ message: 'the client is gone' }), {
      timeout: 15_000,
    });
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(MAX_LINES);
  });
});
