import type { OnModuleDestroy } from '@nestjs/common';
import type { AuditLog } from '../../audit/audit-log.js';
import type { Logger } from '../../logging/logger.js';
import type { OAuthEngine } from '../oauth-engine.js';
import type { SigningKeys } from './signing-keys.js';

/** Well below the time that a key is published before it signs. */
const REFRESH_MS = 2_000;

/** Keeps the signing keys and the engine in step with what is in the database, whoever rotates them. */
export class KeyRotation implements OnModuleDestroy {
  readonly #timer: NodeJS.Timeout;
  #stopped = false;
  #signing: string;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly keys: SigningKeys,
    private readonly engine: OAuthEngine,
    private readonly audit: Pick<AuditLog, 'record'>,
    private readonly logger: Logger,
  ) {
    this.#signing = keys.current().kid;
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

  /** Each replica says when it goes over to another key. */
  #noteSigning(): void {
    const { kid } = this.keys.current();
    if (kid === this.#signing) return;
    this.#signing = kid;
    this.audit.record({ event: 'signing_key.activated', outcome: 'success', actor: 'system', entity: kid });
  }

  /** A database that does not answer leaves the keys as they are: they serve for as long as the next one is not due. */
  async #refresh(): Promise<void> {
    try {
      const changed = await this.keys.refresh();
      this.#noteSigning();
      if (!changed) return;
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
