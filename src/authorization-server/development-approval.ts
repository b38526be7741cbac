import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { AuditLog } from '../audit/audit-log.js';
import { acceptsHtml } from '../http/accepts-html.js';
import { parseScope } from '../oauth/scopes.js';
import type { Database } from '../storage/schema.js';
import { developmentUser } from './sign-in/development-user.js';
import { accountOf } from './account-of.js';
import { saveGrant } from './grants/save-grant.js';

const { Check, Prompt } = interactionPolicy;

/** What a `sub` may be (OpenID Connect Core section 2): up to 255 ASCII characters; here of those that can be seen. */
const SUBJECT = /^[\x21-\x7e]{1,255}$/;

/**
 * Adds the development sign-in's shortcut: a scripted request (no browser, no `text/html`) is signed in and approved on the spot, so that
 * a whole flow fits into three curl commands. `login_hint` says as whom; left out, as the usual development user. A browser always says
 * what it is (`isScripted`) and always gets the page.
 */
export function addDevelopmentApproval(
  policy: interactionPolicy.DefaultPolicy,
  database: Database,
  audit: Pick<AuditLog, 'record'>,
): void {
  const approve = new Check('scripted_request', 'scripted requests are approved at once', async (context) => {
    if (context.oidc.route === 'authorization' && isScripted(context.req))
      await approveNow(context, database, audit);
    return Check.NO_NEED_TO_PROMPT;
  });
  policy.add(new Prompt({ name: 'development_approval' }, approve), 0);
}

async function approveNow(
  context: KoaContextWithOIDC,
  database: Database,
  audit: Pick<AuditLog, 'record'>,
): Promise<void> {
  const { oidc } = context;
  const { provider, session, client, params } = oidc;
  if (!session || !client || !params) return;
  const clientId = client.clientId;
  const user = developmentUser(hintedSubject(params['login_hint']));
  const grantId = await saveGrant(provider, database, {
    user,
    client,
    params,
    requested: parseScope(params['scope'] as string | undefined),
    request: context.req,
    audit,
  });
  session.loginAccount({ accountId: user.subject, transient: true });
  session.ensureClientContainer(clientId);
  session.grantIdFor(clientId, grantId);
  const grant = await provider.Grant.find(grantId);
  if (!grant) return;
  oidc.entity('Account', accountOf(user.subject));
  oidc.entity('Grant', grant);
  (oidc as { result: unknown }).result = { login: { accountId: user.subject }, consent: { grantId } };
  params['prompt'] = undefined;
}

/** @throws InvalidRequest for what cannot be a subject */
function hintedSubject(hint: unknown): string | undefined {
  if (hint === undefined) return undefined;
  if (typeof hint === 'string' && SUBJECT.test(hint)) return hint;
  throw new errors.InvalidRequest(
    'login_hint: the development sign-in takes 1 to 255 visible ASCII characters as the user',
  );
}

/**
 * True for a request that no browser made: curl, a script, a test. Browsers leave `Sec-Fetch-Site` out on http to any host but this machine
 * (Fetch Metadata section 2), but all of them call themselves `Mozilla/5.0`, and no page can change that without a preflight.
 */
function isScripted({ headers }: KoaContextWithOIDC['req']): boolean {
  const ofBrowser = headers['sec-fetch-site'] !== undefined || headers['user-agent']?.startsWith('Mozilla/');
  return !acceptsHtml(headers) && !ofBrowser;
}
