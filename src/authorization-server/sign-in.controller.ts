import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { isLoopback } from '../config/gatehouse-config.js';
import { acceptsHtml } from '../http/accepts-html.js';
import type { Page } from '../http/html.js';
import { parseScope } from '../oauth/scopes.js';
import { DEVELOPMENT_SUBJECT } from './authorization-server.options.js';
import { CookieKeys } from './cookie-keys.js';
import { OAuthEngine } from './oauth-engine.js';
import { requestedResource, saveGrant } from './grants.js';
import { developmentUser } from './sign-in/development-user.js';
import { SignInSessions } from './sign-in/sign-in-sessions.js';
import { SIGN_IN_PATH } from './provider-configuration.js';
import { signInExpiredPage, signInPage } from './sign-in.page.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** The development sign-in page. Bound to the browser that started the flow by the interaction's cookie, and to the page by a token. */
@Controller(SIGN_IN_PATH)
export class SignInController {
  constructor(
    private readonly engine: OAuthEngine,
    private readonly cookieKeys: CookieKeys,
    private readonly sessions: SignInSessions,
  ) {}

  @Get(':uid')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.#interaction(request, reply);
    if (!interaction) return;
    const { params, uid } = interaction;
    const client = await this.engine.provider.Client.find(String(params['client_id']));
    const redirect = new URL(String(params['redirect_uri']));
    sendPage(
      reply,
      200,
      signInPage({
        action: `${SIGN_IN_PATH}/${uid}`,
        csrfToken: this.#csrfToken(uid),
        subject: DEVELOPMENT_SUBJECT,
        clientName: client?.clientName ?? 'An application without a name',
        clientId: String(params['client_id']),
        redirectHost: redirect.host || redirect.protocol,
        redirectsToThisComputer: isLoopback(redirect.hostname),
        scopes: parseScope(params['scope'] as string | undefined),
      }),
    );
  }

  @Post(':uid')
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.#interaction(request, reply);
    if (!interaction) return;
    const { uid, params } = interaction;
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    if (!this.#isFromOurPage(request, form, uid)) {
      over(request, reply, 403);
      return;
    }
    let result: InteractionResults;
    if (form.get('decision') === 'allow') {
      const user = developmentUser();
      const grantId = await saveGrant(this.engine.provider, {
        user,
        clientId: String(params['client_id']),
        resource: requestedResource(params),
        requested: parseScope(params['scope'] as string | undefined),
      });
      result = { login: { accountId: DEVELOPMENT_SUBJECT }, consent: { grantId } };
      await this.sessions.start(request, reply, user);
    } else {
      result = { error: 'access_denied', error_description: 'The user did not allow it' };
    }
    const returnTo = await this.engine.provider.interactionResult(request.raw, reply.raw, result, {
      mergeWithLastSubmission: false,
    });
    await reply.redirect(returnTo, 303);
  }

  async #interaction(request: FastifyRequest, reply: FastifyReply): Promise<Interaction | undefined> {
    try {
      const interaction = await this.engine.provider.interactionDetails(request.raw, reply.raw);
      if (interaction.uid === (request.params as { uid: string }).uid) return interaction;
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
    }
    over(request, reply, 400);
    return undefined;
  }

  /** A browser names the origin of a form; the token was in our page, for this interaction. Both must fit. */
  #isFromOurPage(request: FastifyRequest, form: URLSearchParams, uid: string): boolean {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') return false;
    const sent = Buffer.from(form.get('csrf_token') ?? '');
    const expected = Buffer.from(this.#csrfToken(uid));
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  }

  #csrfToken(uid: string): string {
    return createHmac('sha256', this.cookieKeys.current).update(`sign-in ${uid}`).digest('base64url');
  }
}

/** There is no such interaction for this browser: a page for a person, JSON for a script. */
function over(request: FastifyRequest, reply: FastifyReply, status: number): void {
  if (acceptsHtml(request.headers)) {
    sendPage(reply, status, signInExpiredPage(request.id));
    return;
  }
  const description =
    'This sign-in is over, or was started in another browser; start again from the application';
  void reply.code(status).send({ error: 'invalid_request', error_description: description });
}

function sendPage(reply: FastifyReply, status: number, { text, headers }: Page): void {
  void reply.code(status).headers(headers).send(text);
}
