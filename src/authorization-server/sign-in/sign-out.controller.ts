import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditLog } from '../../audit/audit-log.js';
import { publicPath } from '../../oauth/public-path.js';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { OAuthEngine } from '../oauth-engine.js';
import { SIGN_OUT_PATH } from '../provider-configuration.js';
import { answerOver, sendPage } from './answers.js';
import { engineSession } from './engine-session.js';
import { FormTokens, formOf } from './form-tokens.js';
import { SignInSessions } from './sign-in-sessions.js';
import { signedOutPage, signOutPage } from './sign-out.page.js';
import { UpstreamSignIn } from './upstream/upstream-sign-in.js';

const ABOUT = 'sign-out';

/** Ends the sign-in session and the engine's session of a browser, on the server. Grants and tokens stay. */
@Controller(SIGN_OUT_PATH)
export class SignOutController {
  constructor(
    private readonly engine: OAuthEngine,
    private readonly forms: FormTokens,
    private readonly sessions: SignInSessions,
    private readonly upstream: UpstreamSignIn,
    private readonly audit: AuditLog,
    private readonly options: AuthorizationServerOptions,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const user = await this.sessions.current(request);
    if (!user) {
      sendPage(reply, 200, signedOutPage());
      return;
    }
    const csrfToken = this.forms.issueTo(request, reply, ABOUT);
    sendPage(
      reply,
      200,
      signOutPage({
        action: publicPath(this.options.issuer, SIGN_OUT_PATH),
        csrfToken,
        displayName: user.displayName,
      }),
    );
  }

  @Post()
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!this.forms.acceptsFrom(request, formOf(request), ABOUT)) {
      answerOver(request, reply, 403);
      return;
    }
    const user = await this.sessions.current(request);
    await this.sessions.end(request, reply);
    const session = await engineSession(this.engine.provider, request, reply);
    if (session.accountId !== undefined) await session.destroy();
    if (!user) {
      sendPage(reply, 200, signedOutPage());
      return;
    }
    const { subject, identityProvider } = user;
    this.audit.record({
      event: 'sign_out',
      outcome: 'success',
      subject,
      request: request.raw,
      detail: { identityProvider },
    });
    const url = this.upstream.signOutUrl(identityProvider);
    const displayName = this.upstream.nameOf(identityProvider);
    sendPage(reply, 200, signedOutPage(url && displayName ? { url, displayName } : undefined));
  }
}
