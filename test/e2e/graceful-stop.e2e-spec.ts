import { Injectable, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import { DEPLOYMENTS, testGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { TokenForge } from '../support/token-forge.js';

describe.each(DEPLOYMENTS)('Graceful stop, %s', (deployment) => {
  it('answers the call that is running, and takes no more', async () => {
    let entered: () => void = () => undefined;
    let finish: (text: string) => void = () => undefined;
    const running = new Promise<void>((resolve) => (entered = resolve));

    @Injectable()
    class SlowTool {
      @Tool({ name: 'slow', description: 'Answers when it is told to', input: z.object({}) })
      slow(): Promise<string> {
        entered();
        return new Promise((resolve) => (finish = resolve));
      }
    }

    @Module({ providers: [SlowTool] })
    class SlowToolModule {}

    const gatehouse = await testGatehouse({ deployment, capabilities: [SlowToolModule] });
    const token = await (await TokenForge.of(gatehouse)).token();
    const call = rpc(gatehouse.mcpUrl, 'tools/call', { token, params: { name: 'slow' } });
    await running;
    const stopped = gatehouse.stop();
    await expect
      .poll(() => fetch(`${gatehouse.proxy}/.well-known/jwks.json`).catch(() => 'refused'))
      .toBe('refused');
    finish('done');
    const response = await call;
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('done');
    await stopped;
  });
});
