import { Inject, Injectable } from '@nestjs/common';
import { ChangeNotifier, Resource, type ResourceContents, Tool } from 'gatehouse';
import { z } from 'zod';

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
