import { Injectable } from '@nestjs/common';
import { type McpContext, Tool } from 'gatehouse';
import { z } from 'zod';

const CONFIRMATION = {
  type: 'object',
  properties: { sure: { type: 'boolean', title: 'Cancel it?' } },
  required: ['sure'],
};

@Injectable()
export class CancelTools {
  @Tool({
    name: 'cancel_order',
    description: 'Cancel an order, after asking the user',
    input: z.object({ number: z.string() }),
    annotations: { destructiveHint: true },
  })
  async cancelOrder({ number }: { number: string }, context: McpContext): Promise<string> {
    const answer = await context.elicit('confirm', {
      message: `Cancel the order ${number}?`,
      requestedSchema: CONFIRMATION,
    });
    // Nothing has been done before this line, however often it was reached.
    if (answer.action !== 'accept' || answer.content?.['sure'] !== true)
      return `Left the order ${number} alone`;
    return `Cancelled the order ${number}`;
  }
}
