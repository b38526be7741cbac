import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ChangeNotifier } from '../src/mcp/change-notifier.js';
import { Resource } from '../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import type { ResourceContents } from '../src/mcp/tool-result.js';

const PRICES = 'shop://prices';

@Injectable()
export class PriceList {
  readonly #prices = new Map([['tea', 3]]);

  constructor(@Inject(ChangeNotifier) private readonly changes: ChangeNotifier) {}

  @Resource({ uri: PRICES, name: 'prices', description: 'What things cost', mimeType: 'application/json' })
  read(uri: string): ResourceContents[] {
    return [{ uri, mimeType: 'application/json', text: JSON.stringify(Object.fromEntries(this.#prices)) }];
  }

  @Tool({
    name: 'set_price',
    description: 'Change a price',
    input: z.object({ item: z.string(), price: z.number().positive() }),
  })
  setPrice({ item, price }: { item: string; price: number }): string {
    this.#prices.set(item, price);
    this.changes.resourceUpdated(PRICES);
    return `${item} costs ${price}`;
  }
}
