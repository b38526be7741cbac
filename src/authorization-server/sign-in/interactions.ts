import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type Provider } from 'oidc-provider';
import { parseScope } from '../../oauth/scopes.js';
import { epochSeconds } from '../entity-adapter.js';
import { OAuthEngine } from '../oauth-engine.js';
import { engineSession } from './engine-session.js';
import type { SignedInUser } from './signed-in-user.js';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Reasons for which a user who has signed in already need not do so again. */
const SATISFIED_BY_SESSION: ReadonlySet<string> = new Set(['no_session', 'no_sign_in_session']);

/** Authorization requests that wait for the user. */
@Injectable()
export class Interactions {
  constructor(private readonly engine: OAuthEngine) {}

  /** The interaction that the path names, if this browser began it. */
  async of(request: FastifyRequest, reply: FastifyReply): Promise<Interaction | undefined> {
    try {
      const interaction = await this.engine.provider.interactionDetails(request.raw, reply.raw);
      return interaction.uid === (request.params as { uid: string }).uid ? interaction : undefined;
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  }

  /** By its id alone: for a browser that has proved otherwise that it began it. */
  find(uid: string): Promise<Interaction | undefined> {
    return this.engine.provider.Interaction.find(uid);
  }

  /** Signs the user in to the engine. Returns where the browser goes on. */
  async signIn(
    request: FastifyRequest,
    reply: FastifyReply,
    interaction: Interaction,
    { subject, signedInAt }: SignedInUser,
  ): Promise<string> {
    await this.#leaveOtherAccount(request, reply, subject);
    return this.finish(interaction, { login: { accountId: subject, ts: signedInAt } });
  }

  /** Adds to what the user has decided so far; an error stands alone. Returns where the browser goes on. */
  async finish(interaction: Interaction, result: NonNullable<Interaction['result']>): Promise<string> {
    interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result };
    await interaction.save(interaction.exp - epochSeconds());
    return interaction.returnTo;
  }

  /** Lets the browser sign in anew, as whomever. Returns where it goes on. */
  async startOver(request: FastifyRequest, reply: FastifyReply, interaction: Interaction): Promise<string> {
    await this.#leaveOtherAccount(request, reply, undefined);
    interaction.result = {};
    await interaction.save(interaction.exp - epochSeconds());
    return interaction.returnTo;
  }

  /** The engine cannot change the account of a session; one of another account loses it, and what was granted with it. */
  async #leaveOtherAccount(
    request: FastifyRequest,
    reply: FastifyReply,
    subject: string | undefined,
  ): Promise<void> {
    const session = await engineSession(this.engine.provider, request, reply);
    if (!session.accountId || session.accountId === subject) return;
    delete session.accountId;
    delete session.loginTs;
    delete session.authorizations;
    await session.persist();
  }
}

/** The scopes that the client asked for. */
export function requestedScopes({ params }: Interaction): string[] {
  return parseScope(params['scope'] as string | undefined);
}

/** True where the client demands that the user signs in now: `prompt=login`, `max_age`, another user than the one who is there. */
export function demandsFreshSignIn({ prompt }: Interaction): boolean {
  return prompt.name === 'login' && prompt.reasons.some((reason) => !SATISFIED_BY_SESSION.has(reason));
}
