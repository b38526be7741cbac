import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicPath } from '../../oauth/public-path.js';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { FlowTimeline } from '../flows/flow-timeline.js';
import { entitledToNothing } from '../grants/entitled-scopes.js';
import { SIGN_IN_PATH } from '../provider-configuration.js';
import { answer } from './answers.js';
import { Interactions, requestedScopes } from './interactions.js';
import { FAILED_STATUS, type FailedOutcome, signInFailedPage } from './sign-in-failed.page.js';
import { SignInSessions } from './sign-in-sessions.js';
import type { SignedInUser } from './signed-in-user.js';
import type { Transaction } from './upstream/transactions.js';
import { UpstreamSignIn } from './upstream/upstream-sign-in.js';

/** Where upstream identity providers send browsers back to. */
@Controller('sign-in/callback')
export class UpstreamCallbackController {
  constructor(
    private readonly interactions: Interactions,
    private readonly sessions: SignInSessions,
    private readonly upstream: UpstreamSignIn,
    private readonly timeline: FlowTimeline,
    private readonly options: AuthorizationServerOptions,
  ) {}

  @Get(':provider')
  async complete(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('provider') provider: string,
  ): Promise<void> {
    const completion = await this.upstream.complete(request, reply, provider);
    const { transaction } = completion;
    if (completion.user === undefined) {
      await this.#failed(request, reply, completion.outcome, provider, transaction);
      return;
    }
    await this.#signedIn(request, reply, completion.user, completion.transaction);
  }

  async #signedIn(
    request: FastifyRequest,
    reply: FastifyReply,
    user: SignedInUser,
    { interaction: uid, returnTo, provider }: Transaction,
  ): Promise<void> {
    if (uid === undefined) {
      await this.sessions.start(request, reply, user);
      this.upstream.succeeded(request, user);
      await reply.redirect(returnTo ?? this.#path(), 303);
      return;
    }
    const interaction = await this.interactions.find(uid);
    if (!interaction) {
      await this.#failed(request, reply, 'expired', provider);
      return;
    }
    await this.sessions.start(request, reply, user);
    this.upstream.succeeded(request, user, String(interaction.params['client_id']));
    const next = entitledToNothing(user, requestedScopes(interaction))
      ? this.#path(`/${uid}`)
      : await this.interactions.signIn(request, reply, interaction, user);
    await reply.redirect(next, 303);
  }

  async #failed(
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: FailedOutcome,
    provider: string,
    transaction?: Transaction,
  ): Promise<void> {
    const uid = transaction?.interaction;
    const interaction = uid === undefined ? undefined : await this.interactions.find(uid);
    this.timeline.record({
      flow: interaction?.cid ?? request.id,
      step: 'sign_in',
      outcome: 'failed',
      reason: `sign_in_${outcome}`,
      requestId: request.id,
    });
    const name = this.upstream.nameOf(provider) ?? 'The identity provider';
    const retry = transaction && this.#retryPath(transaction);
    const page = signInFailedPage({ outcome, provider: name, retry, requestId: request.id });
    const error = outcome === 'unavailable' ? 'temporarily_unavailable' : 'access_denied';
    if (outcome === 'unavailable') void reply.header('Retry-After', '5');
    answer(request, reply, FAILED_STATUS[outcome], page, error, `the sign-in did not work: ${outcome}`);
  }

  #retryPath({ interaction, returnTo = this.#path() }: Transaction): string {
    return interaction === undefined
      ? this.#path(`?${new URLSearchParams({ return_to: returnTo }).toString()}`)
      : this.#path(`/${interaction}`);
  }

  #path(rest = ''): string {
    return publicPath(this.options.issuer, `${SIGN_IN_PATH}${rest}`);
  }
}
