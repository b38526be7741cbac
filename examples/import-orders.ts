import { Injectable } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import type { McpContext } from '../src/mcp/mcp-context.js';

@Injectable()
export class ImportTools {
  @Tool({
    name: 'import_orders',
    description: 'Import many orders',
    input: z.object({ count: z.int().min(1).max(1000) }),
  })
  async importOrders({ count }: { count: number }, context: McpContext): Promise<string> {
    for (let done = 1; done <= count; done++) {
      context.signal.throwIfAborted();
      await setImmediate();
      context.progress(done, count, `order ${done}`);
    }
    context.log('info', { imported: count }, 'orders');
    return `Imported ${count} orders`;
  }
}
