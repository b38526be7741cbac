import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditLog } from '../../audit/audit-log.js';
import { acceptsHtml } from '../../http/accepts-html.js';
import type { Page } from '../../http/html.js';
import { shownText } from '../../http/shown-text.js';
import { pathPrefix, publicPath } from '../../oauth/public-path.js';
import { Database } from '../../storage/schema.js';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { listGrants } from '../grants/list-grants.js';
import { revokeGrant } from '../grants/revoke-grant.js';
import { SIGN_IN_PATH } from '../provider-configuration.js';
import { answer, answerFormRefused } from '../sign-in/answers.js';
import { FormTokens, formOf } from '../sign-in/form-tokens.js';
import { localPath } from '../sign-in/local-path.js';
import { SignInSessions } from '../sign-in/sign-in-sessions.js';
import type { SignedInUser } from '../sign-in/signed-in-user.js';
import { allGrantsPage, connectedAppsPage, notAdministratorPage } from './account.page.js';

const ACCOUNT_PATH = '/account';
const ON_A_PAGE = 25;
/** More of one's own are not shown at a time: end some. */
const OWN_AT_MOST = 200;
const MAX_PAGE = 10_000;

/** Connected apps: users see and end what they allowed, administrators what anybody allowed. */
@Controller(ACCOUNT_PATH)
export class AccountController {
  constructor(
    private readonly database: Database,
    private readonly sessions: SignInSessions,
    private readonly forms: FormTokens,
    private readonly options: AuthorizationServerOptions,
    private readonly audit: AuditLog,
  ) {}

  @Get()
  async own(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('ended') ended?: unknown,
  ): Promise<void> {
    const user = await this.#user(request, reply, ACCOUNT_PATH);
    if (!user) return;
    const page = connectedAppsPage({
      user,
      prefix: pathPrefix(this.options.issuer),
      csrfToken: this.forms.issueTo(request, reply, about(user)),
      grants: await listGrants(this.database, { subject: user.subject, limit: OWN_AT_MOST, offset: 0 }),
      ended: ended !== undefined,
      scopes: this.options.scopes,
    });
    send(request, reply, 200, page);
  }

  @Get('all')
  async all(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: Record<string, unknown>,
  ): Promise<void> {
    const user = await this.#user(request, reply, `${ACCOUNT_PATH}/all`);
    if (!user) return;
    if (!user.administrator) {
      send(request, reply, 403, notAdministratorPage({ user, prefix: pathPrefix(this.options.issuer) }));
      return;
    }
    const containing = shownText(typeof query['q'] === 'string' ? query['q'] : '', 200);
    const number = Math.min(Math.max(Math.trunc(Number(query['page'])) || 1, 1), MAX_PAGE);
    const found = await listGrants(this.database, {
      containing,
      limit: ON_A_PAGE + 1,
      offset: (number - 1) * ON_A_PAGE,
    });
    const page = allGrantsPage({
      user,
      prefix: pathPrefix(this.options.issuer),
      csrfToken: this.forms.issueTo(request, reply, about(user)),
      grants: found.slice(0, ON_A_PAGE),
      ended: query['ended'] !== undefined,
      scopes: this.options.scopes,
      query: containing,
      page: number,
      more: found.length > ON_A_PAGE,
    });
    send(request, reply, 200, page);
  }

  @Post('revoke')
  async revoke(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const user = await this.sessions.current(request);
    const form = formOf(request);
    if (!user || !this.forms.acceptsFrom(request, form, about(user))) {
      answerFormRefused(request, reply);
      return;
    }
    await revokeGrant(this.database, this.audit, form.get('grant_id') ?? '', {
      actor: user.subject,
      request: request.raw,
      ...(user.administrator ? {} : { subject: user.subject }),
    });
    const { issuer } = this.options;
    const back = new URL(
      localPath(form.get('return_to') ?? undefined, issuer) ?? publicPath(issuer, ACCOUNT_PATH),
      issuer,
    );
    back.searchParams.set('ended', '1');
    await reply.redirect(`${back.pathname}${back.search}`, 303);
  }

  async #user(request: FastifyRequest, reply: FastifyReply, path: string): Promise<SignedInUser | undefined> {
    const user = await this.sessions.current(request);
    if (!user) {
      const { issuer } = this.options;
      const query = new URLSearchParams({ return_to: publicPath(issuer, path) });
      await reply.redirect(publicPath(issuer, `${SIGN_IN_PATH}?${query.toString()}`), 303);
    }
    return user;
  }
}

function about({ subject }: SignedInUser): string {
  return `account ${subject}`;
}

function send(request: FastifyRequest, reply: FastifyReply, status: number, page: Page): void {
  const description = 'This is a page for browsers; ask for text/html';
  const shown = acceptsHtml(request.headers) ? status : 406;
  answer(request, reply, shown, page, 'invalid_request', description);
}
