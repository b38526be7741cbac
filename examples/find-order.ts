import { Inject, Injectable } from '@nestjs/common';
import { defineScope, type McpContext, RequireScope, Tool, ToolError } from 'gatehouse';
import { z } from 'zod';

export const ORDERS_READ = defineScope('orders:read', 'See your orders');

export interface Order {
  number: string;
  total: number;
}

export abstract class OrderService {
  abstract find(number: string, user: string): Promise<Order | undefined>;
}

@Injectable()
export class OrderTools {
  constructor(@Inject(OrderService) private readonly orders: OrderService) {}

  @Tool({
    name: 'find_order',
    description: 'Find an order by its number',
    input: z.object({ number: z.string().describe('Such as A-1234') }),
    output: z.object({ number: z.string(), total: z.number() }),
    annotations: { readOnlyHint: true },
  })
  @RequireScope(ORDERS_READ)
  async findOrder({ number }: { number: string }, context: McpContext): Promise<Order> {
    const order = await this.orders.find(number, context.token.subject);
    if (!order) throw new ToolError(`There is no order ${number}`);
    return order;
  }
}
