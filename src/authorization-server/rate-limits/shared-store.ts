import { CompiledQuery } from 'kysely';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Database } from '../../storage/schema.js';
import { type LimiterStore, inMemory, WINDOW_SECONDS } from './limiter-store.js';

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Limits are counted before anything else is done: nobody shall wait for a database that does not answer. */
const PATIENCE_MS = 1_000;
/** How long a database that failed is left alone. */
const RECOVERY_MS = 5_000;
const TABLE = 'rate_limit';

/** Asks the database as long as it answers, and else fails at once. */
export class PatientDatabase {
  #leftAloneUntil = 0;

  constructor(
    private readonly database: Pick<Database, 'executeQuery'>,
    private readonly patienceMs = PATIENCE_MS,
    private readonly now: () => number = Date.now,
  ) {}

  /** In the form of `pg`. Rejects where the database fails, is slow, or has been so a moment ago. */
  async query({ text, values }: Statement): Promise<{ rows: unknown[] }> {
    if (this.now() < this.#leftAloneUntil) throw new Error('the database has failed a moment ago');
    const { promise: slow, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('the database is slow')), this.patienceMs);
    try {
      return await Promise.race([this.database.executeQuery(CompiledQuery.raw(text, [...values])), slow]);
    } catch (error) {
      this.#leftAloneUntil = this.now() + RECOVERY_MS;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Counts in PostgreSQL, for all replicas together; in the memory of this process while the database does not answer. */
export function shared(database: Database): LimiterStore {
  const storeClient = new PatientDatabase(database);
  return (limit) =>
    new RateLimiterPostgres({
      storeClient,
      storeType: 'client',
      tableName: TABLE,
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: limit.name,
      points: limit.perMinute,
      duration: WINDOW_SECONDS,
      insuranceLimiter: inMemory(limit),
    });
}
