import type { OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '../../logging/logger.js';
import type { OAuthEngine } from '../oauth-engine.js';
import type { SigningKeys } from './signing-keys.js';

/** Well below the time that a key is published before it signs. */
const REFRESH_MS = 2_000;

/** Keeps the signing keys and the engine in step with what is in the database, whoever rotates them. */
export class KeyRotation implements OnModuleDestroy {
  readonly #timer: NodeJS.Timeout;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly keys: SigningKeys,
    private readonly engine: OAuthEngine,
    private readonly logger: Logger,
  ) {
    this.#timer = setTimeout(() => this.#next(), REFRESH_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #next(): void {
    this.#running = this.#refresh().finally(() => {
      if (!this.#stopped) this.#timer.refresh();
    });
  }

  /** A database that does not answer leaves the keys as they are: they serve for as long as the next one is not due. */
  async #refresh(): Promise<void> {
    try {
      if (!(await this.keys.refresh())) return;
      this.engine.renew();
      this.logger.pino.info(
        { keys: this.keys.list().map(({ kid, state }) => ({ kid, state })) },
        'signing keys changed',
      );
    } catch (error) {
      this.logger.pino.warn({ err: error }, 'the signing keys could not be refreshed');
    }
  }
}
