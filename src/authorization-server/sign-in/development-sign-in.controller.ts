import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicPath } from '../../oauth/public-path.js';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { AuditLog } from '../../audit/audit-log.js';
import { ConsentDecision } from '../consent/consent-decision.js';
import { consentPage } from '../consent/consent.page.js';
import { SIGN_IN_PATH } from '../provider-configuration.js';
import { answerFormRefused, answerOver, sendPage } from './answers.js';
import { developmentUser } from './development-user.js';
import { FormTokens, formOf } from './form-tokens.js';
import { type Interaction, Interactions } from './interactions.js';
import { SignInSessions } from './sign-in-sessions.js';

/**
 * The development sign-in: signing in and consent are one page. Bound to the browser that started the flow by the interaction's
 * cookie, and to the page by a token.
 */
@Controller(SIGN_IN_PATH)
export class DevelopmentSignInController {
  constructor(
    private readonly decision: ConsentDecision,
    private readonly interactions: Interactions,
    private readonly sessions: SignInSessions,
    private readonly forms: FormTokens,
    private readonly audit: AuditLog,
    private readonly options: AuthorizationServerOptions,
  ) {}

  @Get(':uid')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.#interaction(request, reply);
    if (!interaction) return;
    const page = consentPage({
      ...(await this.decision.question(interaction, developmentUser())),
      action: publicPath(this.options.issuer, `${SIGN_IN_PATH}/${interaction.uid}`),
      csrfToken: this.forms.issue(about(interaction)),
      development: true,
    });
    sendPage(reply, 200, page);
  }

  @Post(':uid')
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.#interaction(request, reply);
    if (!interaction) return;
    const form = formOf(request);
    if (!this.forms.accepts(request, form, about(interaction))) {
      answerFormRefused(request, reply);
      return;
    }
    const user = developmentUser();
    const result = await this.decision.answer(request, interaction, user, form);
    if ('error' in result) {
      await reply.redirect(await this.interactions.finish(interaction, result), 303);
      return;
    }
    await this.sessions.start(request, reply, user);
    this.audit.record({
      event: 'sign_in.succeeded',
      outcome: 'success',
      subject: user.subject,
      clientId: String(interaction.params['client_id']),
      request: request.raw,
      detail: { identityProvider: 'development' },
    });
    const login = { accountId: user.subject, ts: user.signedInAt };
    await reply.redirect(await this.interactions.finish(interaction, { login, ...result }), 303);
  }

  async #interaction(request: FastifyRequest, reply: FastifyReply): Promise<Interaction | undefined> {
    const interaction = await this.interactions.of(request, reply);
    if (!interaction) answerOver(request, reply, 400);
    else if (interaction.result === undefined) return interaction;
    // Answered already: a button that was pressed twice changes nothing.
    else await reply.redirect(interaction.returnTo, 303);
    return undefined;
  }
}

function about({ uid }: Interaction): string {
  return `sign-in ${uid}`;
}
