import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicPath } from '../../oauth/public-path.js';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { FlowFunnel } from '../flow-funnel.js';
import { FlowTimeline } from '../flows/flow-timeline.js';
import { CONSENT_PATH } from '../provider-configuration.js';
import { answer, answerFormRefused, answerOver, sendPage } from '../sign-in/answers.js';
import { FormTokens, formOf } from '../sign-in/form-tokens.js';
import { type Interaction, Interactions } from '../sign-in/interactions.js';
import { SignInOptions } from '../sign-in/sign-in.options.js';
import { SignInSessions } from '../sign-in/sign-in-sessions.js';
import type { SignedInUser } from '../sign-in/signed-in-user.js';
import { ConsentDecision } from './consent-decision.js';
import { consentPage, nothingToGrantPage } from './consent.page.js';

/**
 * Asks the user who has signed in what a client may do. Bound to the browser that started the flow by the interaction's cookie, to
 * its user by the sign-in session, and to the page by a token.
 */
@Controller(CONSENT_PATH)
export class ConsentController {
  constructor(
    private readonly decision: ConsentDecision,
    private readonly interactions: Interactions,
    private readonly sessions: SignInSessions,
    private readonly forms: FormTokens,
    private readonly signIn: SignInOptions,
    private readonly funnel: FlowFunnel,
    private readonly timeline: FlowTimeline,
    private readonly options: AuthorizationServerOptions,
  ) {}

  @Get(':uid')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.#interaction(request, reply);
    if (!interaction) return;
    const user = await this.#user(request, interaction);
    if (!user) {
      await reply.redirect(await this.interactions.startOver(request, reply, interaction), 303);
      return;
    }
    const values = {
      ...(await this.decision.question(interaction, user)),
      action: publicPath(this.options.issuer, `${CONSENT_PATH}/${interaction.uid}`),
      csrfToken: this.forms.issue(about(interaction, user)),
      development: this.signIn.mode === 'development',
    };
    if (values.offered.length > 0 || values.unavailable.length === 0) {
      sendPage(reply, 200, consentPage(values));
      return;
    }
    const description = 'The account may be granted none of the scopes';
    const reason = 'not_entitled';
    this.funnel.failed('consent', reason);
    this.timeline.record({
      flow: interaction.cid,
      step: 'consent',
      outcome: 'failed',
      reason,
      requestId: request.id,
    });
    const page = nothingToGrantPage({ ...values, reference: request.id });
    answer(request, reply, 403, page, 'access_denied', description);
  }

  @Post(':uid')
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.#interaction(request, reply);
    if (!interaction) return;
    const form = formOf(request);
    const user = await this.#user(request, interaction);
    if (!user || !this.forms.accepts(request, form, about(interaction, user))) {
      answerFormRefused(request, reply);
      return;
    }
    if (form.get('decision') === 'switch') {
      await reply.redirect(await this.interactions.startOver(request, reply, interaction), 303);
      return;
    }
    const result = await this.decision.answer(request, interaction, user, form);
    await reply.redirect(await this.interactions.finish(interaction, result), 303);
  }

  async #interaction(request: FastifyRequest, reply: FastifyReply): Promise<Interaction | undefined> {
    const interaction = await this.interactions.of(request, reply);
    if (interaction?.prompt.name !== 'consent') answerOver(request, reply, 400);
    else if (interaction.result === undefined) return interaction;
    // Answered already: a button that was pressed twice changes nothing.
    else await reply.redirect(interaction.returnTo, 303);
    return undefined;
  }

  /** The user of this browser, if the authorization request is theirs. */
  async #user(request: FastifyRequest, { session }: Interaction): Promise<SignedInUser | undefined> {
    const user = await this.sessions.current(request);
    return user !== undefined && user.subject === session?.accountId ? user : undefined;
  }
}

function about({ uid }: Interaction, { subject }: SignedInUser): string {
  return `consent ${uid} ${subject}`;
}
