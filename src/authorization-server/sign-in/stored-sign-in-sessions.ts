import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Database } from '../../storage/schema.js';
import { epochSeconds } from '../entity-adapter.js';
import { cookieName, cookiePath, readCookie, setCookie } from './cookies.js';
import { SignInSessions } from './sign-in-sessions.js';
import type { SignedInUser } from './signed-in-user.js';

/** Without a request for this long, a session is over. */
export const IDLE_SECONDS = 3_600;
/** Uses are noted no more often than this. */
const NOTED_SECONDS = 60;

export interface SignInSessionOptions {
  issuer: string;
  /** Absolute: from the sign-in to its end, however much it is used. */
  lifetimeSeconds: number;
  /** Seconds since 1970. */
  now?: () => number;
}

/** Sign-in sessions in the database, found by the hash of a random 256-bit value that only the browser has. */
export class StoredSignInSessions extends SignInSessions {
  readonly #cookie: string;
  readonly #path: string;
  readonly #now: () => number;

  constructor(
    private readonly database: Database,
    private readonly options: SignInSessionOptions,
  ) {
    super();
    this.#cookie = cookieName('gatehouse_user', options.issuer);
    this.#path = cookiePath(options.issuer);
    this.#now = options.now ?? epochSeconds;
  }

  current({ headers }: FastifyRequest): Promise<SignedInUser | undefined> {
    return this.ofHeaders(headers);
  }

  /** The same for a request that Fastify has not seen. */
  async ofHeaders(headers: IncomingHttpHeaders): Promise<SignedInUser | undefined> {
    const value = readCookie(headers, this.#cookie);
    if (!value) return undefined;
    const now = this.#now();
    const row = await this.database
      .selectFrom('sign_in_session')
      .select(['signed_in_user', 'last_used_at'])
      .where('id_hash', '=', hashOf(value))
      .where('expires_at', '>', now)
      .where('last_used_at', '>', now - IDLE_SECONDS)
      .executeTakeFirst();
    if (!row) return undefined;
    if (row.last_used_at <= now - NOTED_SECONDS) {
      await this.database
        .updateTable('sign_in_session')
        .set({ last_used_at: now })
        .where('id_hash', '=', hashOf(value))
        .execute();
    }
    return JSON.parse(row.signed_in_user) as SignedInUser;
  }

  async start(request: FastifyRequest, reply: FastifyReply, user: SignedInUser): Promise<void> {
    await this.#forget(request.headers);
    const now = this.#now();
    await this.database
      .deleteFrom('sign_in_session')
      .where((row) => row.or([row('expires_at', '<=', now), row('last_used_at', '<=', now - IDLE_SECONDS)]))
      .execute();
    const value = randomBytes(32).toString('base64url');
    await this.database
      .insertInto('sign_in_session')
      .values({
        id_hash: hashOf(value),
        subject: user.subject,
        signed_in_user: JSON.stringify(user),
        last_used_at: now,
        expires_at: now + this.options.lifetimeSeconds,
      })
      .execute();
    setCookie(reply, this.#cookie, value, {
      path: this.#path,
      maxAgeSeconds: this.options.lifetimeSeconds,
    });
  }

  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.#forget(request.headers);
    setCookie(reply, this.#cookie, '', { path: this.#path, maxAgeSeconds: 0 });
  }

  async #forget(headers: IncomingHttpHeaders): Promise<void> {
    const value = readCookie(headers, this.#cookie);
    if (!value) return;
    await this.database.deleteFrom('sign_in_session').where('id_hash', '=', hashOf(value)).execute();
  }
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
