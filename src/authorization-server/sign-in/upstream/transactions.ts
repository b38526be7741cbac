import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Database } from '../../../storage/schema.js';
import { epochSeconds } from '../../entity-adapter.js';
import { cookieName, cookiePath, readCookie, setCookie } from '../cookies.js';
import { newTransactionSecret, secretsOf, type TransactionSecrets } from './transaction-secrets.js';

export const TRANSACTION_SECONDS = 600;
const MARK = 16;

/** What a sign-in is for, and where it was sent. */
export interface Transaction {
  readonly provider: string;
  /** The interaction of an authorization request that waits for it. */
  readonly interaction?: string | undefined;
  /** Otherwise: the page of ours to go to afterwards. */
  readonly returnTo?: string | undefined;
  /** The user is to be asked for credentials anew, though signed in there. */
  readonly fresh: boolean;
  /** Seconds since 1970. */
  readonly startedAt: number;
}

/**
 * Sign-ins at upstream providers that are under way. Each is bound to the browser by a cookie of its own, lives ten minutes, and
 * can be finished once. Of its secrets the database has only a hash.
 */
export class Transactions {
  readonly #cookie: string;
  readonly #path: string;

  constructor(
    private readonly database: Database,
    issuer: string,
    private readonly now: () => number = epochSeconds,
  ) {
    this.#cookie = cookieName('gatehouse_upstream', issuer);
    this.#path = cookiePath(issuer);
  }

  async begin(reply: FastifyReply, transaction: Transaction): Promise<TransactionSecrets> {
    const secrets = secretsOf(newTransactionSecret());
    const now = this.now();
    await this.database.deleteFrom('sign_in_transaction').where('expires_at', '<=', now).execute();
    await this.database
      .insertInto('sign_in_transaction')
      .values({
        id_hash: hashOf(secrets.secret),
        payload: JSON.stringify(transaction),
        expires_at: now + TRANSACTION_SECONDS,
      })
      .execute();
    setCookie(reply, this.#nameFor(secrets.state), secrets.secret, {
      path: this.#path,
      maxAgeSeconds: TRANSACTION_SECONDS,
    });
    return secrets;
  }

  /**
   * Takes the transaction of a `state` that came back, for good: a second call, another browser or a made-up state finds none.
   * One for another provider than the one that answers is spoilt, and none is found either (RFC 9207 section 1).
   */
  async take(
    request: FastifyRequest,
    reply: FastifyReply,
    state: string | null,
    provider: string,
  ): Promise<{ transaction: Transaction; secrets: TransactionSecrets } | undefined> {
    if (!state || !/^[\w-]{43}$/.test(state)) return undefined;
    const name = this.#nameFor(state);
    const secret = readCookie(request.headers, name);
    if (!secret) return undefined;
    setCookie(reply, name, '', { path: this.#path, maxAgeSeconds: 0 });
    const secrets = secretsOf(secret);
    if (!timingSafeEqual(Buffer.from(secrets.state), Buffer.from(state))) return undefined;
    const row = await this.database
      .deleteFrom('sign_in_transaction')
      .where('id_hash', '=', hashOf(secret))
      .where('expires_at', '>', this.now())
      .returning('payload')
      .executeTakeFirst();
    const transaction = row && (JSON.parse(row.payload) as Transaction);
    return transaction?.provider === provider ? { transaction, secrets } : undefined;
  }

  /** A cookie for each, so that sign-ins in two tabs do not spoil one another. */
  #nameFor(state: string): string {
    return `${this.#cookie}_${state.slice(0, MARK)}`;
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
