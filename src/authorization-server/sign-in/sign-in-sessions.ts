import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignedInUser } from './signed-in-user.js';

/** Knows who has signed in with a browser, by a cookie. */
export abstract class SignInSessions {
  /** The user of this browser, or undefined where nobody has signed in, or the session is over. */
  abstract current(request: FastifyRequest): Promise<SignedInUser | undefined>;
  /** Signs a user in: a session that did not exist before, whatever cookie the browser sent (no session fixation). */
  abstract start(request: FastifyRequest, reply: FastifyReply, user: SignedInUser): Promise<void>;
  /** Signs out: the session is over on the server too, not only the cookie. */
  abstract end(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}
