import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicPath } from '../../oauth/public-path.js';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { SIGN_IN_PATH, SIGN_OUT_PATH } from '../provider-configuration.js';
import { answer, answerOver, sendPage } from './answers.js';
import { developmentUser } from './development-user.js';
import { FormTokens, formOf } from './form-tokens.js';
import { localPath } from './local-path.js';
import { signInChoicePage } from './sign-in-choice.page.js';
import { FAILED_STATUS, signInFailedPage } from './sign-in-failed.page.js';
import { SignInOptions } from './sign-in.options.js';
import { SignInSessions } from './sign-in-sessions.js';
import { signedInPage } from './sign-out.page.js';
import { UpstreamSignIn } from './upstream/upstream-sign-in.js';

const ABOUT = 'direct sign-in';
const DEVELOPMENT = { id: 'development', displayName: 'the development sign-in' };

/** Signing in for a page of ours, without a client: `GET /sign-in?return_to=/path`. */
@Controller(SIGN_IN_PATH)
export class DirectSignInController {
  constructor(
    private readonly options: AuthorizationServerOptions,
    private readonly signIn: SignInOptions,
    private readonly forms: FormTokens,
    private readonly sessions: SignInSessions,
    private readonly upstream: UpstreamSignIn,
  ) {}

  @Get()
  async show(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('return_to') returnTo?: string | string[],
  ): Promise<void> {
    const user = await this.sessions.current(request);
    if (user && returnTo === undefined) {
      sendPage(reply, 200, signedInPage(user, publicPath(this.options.issuer, SIGN_OUT_PATH)));
      return;
    }
    const page = signInChoicePage({
      action: this.#path,
      csrfToken: this.forms.issueTo(request, reply, ABOUT),
      client: undefined,
      user: undefined,
      providers: this.#development ? [DEVELOPMENT] : this.upstream.choices,
      returnTo: localPath(typeof returnTo === 'string' ? returnTo : undefined, this.options.issuer),
    });
    sendPage(reply, 200, page);
  }

  @Post()
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formOf(request);
    if (!this.forms.acceptsFrom(request, form, ABOUT)) {
      answerOver(request, reply, 403);
      return;
    }
    const returnTo = localPath(form.get('return_to') ?? undefined, this.options.issuer) ?? this.#path;
    const provider = (form.get('decision') ?? '').replace(/^provider:/, '');
    if (this.#development && provider === DEVELOPMENT.id) {
      const user = developmentUser();
      await this.sessions.start(request, reply, user);
      this.upstream.succeeded(request, user);
      await reply.redirect(returnTo, 303);
      return;
    }
    const name = this.upstream.nameOf(provider);
    if (name === undefined) {
      answerOver(request, reply, 400);
      return;
    }
    const fresh = (await this.sessions.current(request)) !== undefined;
    const url = await this.upstream.begin(request, reply, { provider, returnTo, fresh });
    if (url === undefined) this.#unavailable(request, reply, name, returnTo);
    else await reply.redirect(url, 303);
  }

  get #path(): string {
    return publicPath(this.options.issuer, SIGN_IN_PATH);
  }

  get #development(): boolean {
    return this.signIn.mode === 'development';
  }

  #unavailable(request: FastifyRequest, reply: FastifyReply, provider: string, returnTo: string): void {
    const retry = `${this.#path}?${new URLSearchParams({ return_to: returnTo }).toString()}`;
    const page = signInFailedPage({ outcome: 'unavailable', provider, retry, requestId: request.id });
    const description = `the identity provider ${provider} does not answer; try again in a moment`;
    void reply.header('Retry-After', '5');
    answer(request, reply, FAILED_STATUS.unavailable, page, 'temporarily_unavailable', description);
  }
}
