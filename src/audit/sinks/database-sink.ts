import type { AuditEventTable, Database } from '../../storage/schema.js';
import type { ChainHead } from '../audit-chain.js';
import type { AuditSink, StoredEvent } from './audit-sink.js';

export interface DatabaseSinkOptions {
  /** How long a row is kept; 0: for good. */
  readonly retentionSeconds: number;
}

/** A statement has no room for more parameters than this leaves (SQLite: 32,766). */
const ROWS = 200;
const MAX_HEADS = 20;
/** Chains whose last event is older have nothing to be cut off that nobody has seen yet. */
const RECENT_MS = 24 * 60 * 60 * 1000;

/** Rows of the table `audit_event`, which is append-only for this program: expired rows aside it never changes or deletes one. */
export class DatabaseSink implements AuditSink {
  readonly name = 'database';
  #database: Database | undefined;
  #own: Database | undefined;
  #open: (() => Promise<Database>) | undefined;

  constructor(private readonly options: DatabaseSinkOptions) {}

  /** The database of the server in this process. Whoever opened it closes it, after this sink. */
  use(database: Database): void {
    this.#database = database;
  }

  /** For a process with no other need of a database: opened when there is something to write, closed with the sink. */
  openLater(open: () => Promise<Database>): void {
    this.#open = open;
  }

  async write(events: readonly StoredEvent[]): Promise<void> {
    const database = await this.#ready();
    for (let from = 0; from < events.length; from += ROWS) {
      await database
        .insertInto('audit_event')
        .values(events.slice(from, from + ROWS).map((event) => this.#row(event)))
        // Written by an attempt whose answer was lost.
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    }
  }

  async heads(): Promise<readonly ChainHead[]> {
    const database = await this.#ready();
    const last = await database
      .selectFrom('audit_event')
      .select(['chain', (row) => row.fn.max('sequence').as('sequence')])
      .where('at', '>', Date.now() - RECENT_MS)
      .groupBy('chain')
      .orderBy((row) => row.fn.max('at'), 'desc')
      .limit(MAX_HEADS)
      .execute();
    if (last.length === 0) return [];
    return database
      .selectFrom('audit_event')
      .select(['chain', 'sequence', 'hash'])
      .where(
        'id',
        'in',
        last.map(({ chain, sequence }) => idOf(chain, sequence)),
      )
      .execute();
  }

  async close(): Promise<void> {
    this.#database = undefined;
    await this.#own?.destroy();
  }

  async #ready(): Promise<Database> {
    if (this.#database) return this.#database;
    if (!this.#open) throw new Error('the database is not open yet');
    this.#own = await this.#open();
    this.#database = this.#own;
    return this.#own;
  }

  #row({ line, chain, sequence, hash, row }: StoredEvent): AuditEventTable {
    const { retentionSeconds } = this.options;
    return {
      id: idOf(chain, sequence),
      chain,
      sequence,
      hash,
      at: row.at,
      event: row.event,
      subject: row.subject?.slice(0, 512) ?? null,
      client_id: row.clientId?.slice(0, 2_048) ?? null,
      record: line,
      expires_at: retentionSeconds === 0 ? null : Math.floor(row.at / 1000) + retentionSeconds,
    };
  }
}

function idOf(chain: string, sequence: number): string {
  return `${chain}:${sequence}`;
}
