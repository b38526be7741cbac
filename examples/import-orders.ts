import { Injectable } from '@nestjs/common';
import { type McpContext, Tool } from 'gatehouse';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';

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
