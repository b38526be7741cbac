import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicPath } from '../../oauth/public-path.js';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { FlowFunnel } from '../flow-funnel.js';
import type { FlowReason } from '../flows/flow-reason.js';
import { FlowTimeline } from '../flows/flow-timeline.js';
import { entitledToNothing } from '../grants/entitled-scopes.js';
import { OAuthEngine } from '../oauth-engine.js';
import { SIGN_IN_PATH } from '../provider-configuration.js';
import { answer, answerOver, sendPage } from './answers.js';
import { FormTokens, formOf } from './form-tokens.js';
import { demandsFreshSignIn, type Interaction, Interactions, requestedScopes } from './interactions.js';
import { requestingClient } from './requesting-client.js';
import { notEntitledPage, signInChoicePage } from './sign-in-choice.page.js';
import { FAILED_STATUS, signInFailedPage } from './sign-in-failed.page.js';
import { SignInSessions } from './sign-in-sessions.js';
import type { SignedInUser } from './signed-in-user.js';
import { UpstreamSignIn } from './upstream/upstream-sign-in.js';

/**
 * Signing in for a client, at an upstream identity provider. The page names the client and waits for a press of a button: before
 * that, nothing is sent upstream and no `state` exists, so that a session there lets no client in behind the user's back (the
 * confused deputy of MCP's security best practices).
 */
@Controller(SIGN_IN_PATH)
export class OpenIdSignInController {
  constructor(
    private readonly engine: OAuthEngine,
    private readonly interactions: Interactions,
    private readonly forms: FormTokens,
    private readonly sessions: SignInSessions,
    private readonly upstream: UpstreamSignIn,
    private readonly funnel: FlowFunnel,
    private readonly timeline: FlowTimeline,
    private readonly options: AuthorizationServerOptions,
  ) {}

  @Get(':uid')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.interactions.of(request, reply);
    if (!interaction) {
      answerOver(request, reply, 400);
      return;
    }
    await this.#page(request, reply, interaction);
  }

  @Post(':uid')
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.interactions.of(request, reply);
    const form = formOf(request);
    if (!interaction || !this.forms.accepts(request, form, about(interaction))) {
      answerOver(request, reply, interaction ? 403 : 400);
      return;
    }
    const decision = form.get('decision') ?? '';
    if (decision === 'cancel') await this.#cancel(request, reply, interaction);
    else if (decision === 'continue') await this.#continue(request, reply, interaction);
    else await this.#leave(request, reply, interaction, decision.replace(/^provider:/, ''));
  }

  async #page(request: FastifyRequest, reply: FastifyReply, interaction: Interaction): Promise<void> {
    const known = await this.sessions.current(request);
    const values = {
      action: this.#path(interaction),
      csrfToken: this.forms.issue(about(interaction)),
      client: await requestingClient(this.engine.provider, interaction.params),
      providers: this.upstream.choices,
    };
    const scopes = requestedScopes(interaction);
    if (known && entitledToNothing(known, scopes)) {
      const denied = notEntitledPage({ ...values, user: known, scopes, reference: request.id });
      this.funnel.failed('sign_in', 'not_entitled');
      this.#stopped(request, interaction, 'not_entitled');
      answer(request, reply, 403, denied, 'access_denied', 'The account may be granted none of the scopes');
      return;
    }
    const user = await this.#userFor(interaction, request);
    sendPage(reply, 200, signInChoicePage({ ...values, user }));
  }

  async #continue(request: FastifyRequest, reply: FastifyReply, interaction: Interaction): Promise<void> {
    const user = await this.#userFor(interaction, request);
    if (!user || entitledToNothing(user, requestedScopes(interaction))) {
      await this.#page(request, reply, interaction);
    } else {
      await reply.redirect(await this.interactions.signIn(request, reply, interaction, user), 303);
    }
  }

  async #leave(
    request: FastifyRequest,
    reply: FastifyReply,
    interaction: Interaction,
    provider: string,
  ): Promise<void> {
    const name = this.upstream.nameOf(provider);
    if (name === undefined) {
      answerOver(request, reply, 400);
      return;
    }
    const known = await this.sessions.current(request);
    const transaction = {
      provider,
      interaction: interaction.uid,
      fresh: demandsFreshSignIn(interaction) || known !== undefined,
    };
    const { login_hint: hint } = interaction.params;
    const url = await this.upstream.begin(
      request,
      reply,
      transaction,
      typeof hint === 'string' ? hint : undefined,
    );
    if (url !== undefined) {
      await reply.redirect(url, 303);
      return;
    }
    this.#stopped(request, interaction, 'sign_in_unavailable');
    const retry = this.#path(interaction);
    const page = signInFailedPage({ outcome: 'unavailable', provider: name, retry, requestId: request.id });
    const description = `the identity provider ${name} does not answer; try again in a moment`;
    void reply.header('Retry-After', '5');
    answer(request, reply, FAILED_STATUS.unavailable, page, 'temporarily_unavailable', description);
  }

  async #cancel(request: FastifyRequest, reply: FastifyReply, interaction: Interaction): Promise<void> {
    const user = await this.sessions.current(request);
    const description =
      user && entitledToNothing(user, requestedScopes(interaction))
        ? 'The user may be granted none of the requested scopes'
        : 'The user did not sign in';
    const result = { error: 'access_denied', error_description: description };
    await reply.redirect(await this.interactions.finish(interaction, result), 303);
  }

  /** The engine is told nothing of it: the user may try again. */
  #stopped({ id: requestId }: FastifyRequest, { cid }: Interaction, reason: FlowReason): void {
    this.timeline.record({ flow: cid, step: 'sign_in', outcome: 'failed', reason, requestId });
  }

  #path({ uid }: Interaction): string {
    return publicPath(this.options.issuer, `${SIGN_IN_PATH}/${uid}`);
  }

  /** Who may go on without signing in once more. */
  async #userFor(interaction: Interaction, request: FastifyRequest): Promise<SignedInUser | undefined> {
    return demandsFreshSignIn(interaction) ? undefined : this.sessions.current(request);
  }
}

function about({ uid }: Interaction): string {
  return `sign-in ${uid}`;
}
