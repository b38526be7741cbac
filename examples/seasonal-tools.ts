import { Inject, Injectable } from '@nestjs/common';
import { RuntimeCapabilities, Tool } from 'gatehouse';

@Injectable()
export class SeasonalTools {
  #close: (() => void) | undefined;

  constructor(@Inject(RuntimeCapabilities) private readonly capabilities: RuntimeCapabilities) {}

  @Tool({ name: 'open_season', description: 'Offer the tool of the season' })
  open(): string {
    const options = { name: 'gift_wrap', description: 'Wrap a gift' };
    this.#close ??= this.capabilities.addTool(options, () => 'Wrapped', ['gifts:wrap']);
    return 'The season is open';
  }

  @Tool({ name: 'close_season', description: 'Withdraw it' })
  close(): string {
    this.#close?.();
    this.#close = undefined;
    return 'The season is over';
  }
}
