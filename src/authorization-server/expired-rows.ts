import type { OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Database } from '../storage/schema.js';

const BATCH = 1_000;
const SWEEP_MS = 60_000;

/** The tables whose rows end at `expires_at`, seconds since 1970, and what names one of their rows. */
const TABLES = [
  ['audit_event', 'id'],
  ['oauth_entity', 'id_hash'],
  ['revocation', 'id'],
  ['consent', 'grant_id'],
  ['flow_event', 'id'],
  ['sign_in_session', 'id_hash'],
  ['sign_in_transaction', 'id_hash'],
] as const;

/**
 * Deletes what expired before a moment in seconds since 1970, in batches, so that nobody waits long for a lock. Replicas may do so at the
 * same time.
 * @returns how many rows it deleted
 */
export async function sweepExpiredRows(database: Database, before: number): Promise<number> {
  let deleted = await sweepRateLimits(database, before);
  for (const [table, id] of TABLES) {
    let batch: number;
    do {
      const { numDeletedRows } = await database
        .deleteFrom(table)
        .where(id, 'in', (rows) =>
          rows.selectFrom(table).select(id).where('expires_at', '<=', before).limit(BATCH),
        )
        .where('expires_at', '<=', before)
        .executeTakeFirst();
      batch = Number(numDeletedRows);
      deleted += batch;
    } while (batch === BATCH);
  }
  return deleted;
}

/** Few, because there is one for each address of the last minutes. */
async function sweepRateLimits(database: Database, before: number): Promise<number> {
  const { numDeletedRows } = await database
    .deleteFrom('rate_limit')
    .where('expire', '<=', before * 1000)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes expired rows every minute, for as long as the server runs. */
export class ExpiredRows implements OnModuleDestroy {
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.#timer = setInterval(() => {
      this.#running = this.#sweep();
    }, SWEEP_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #sweep(): Promise<void> {
    try {
      this.metrics.expiredRows.inc(await sweepExpiredRows(this.database, Math.floor(Date.now() / 1000)));
    } catch (error) {
      this.logger.pino.warn({ err: error }, 'expired rows could not be deleted');
    }
  }
}
