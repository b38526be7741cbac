import { interactionPolicy } from 'oidc-provider';
import type { AuditLog } from '../../audit/audit-log.js';
import type { Database } from '../../storage/schema.js';
import { addDevelopmentApproval } from '../development-approval.js';
import type { StoredSignInSessions } from './stored-sign-in-sessions.js';

const { Check, base } = interactionPolicy;

export interface SignInParts {
  mode: 'development' | 'openid';
  database: Database;
  sessions: Pick<StoredSignInSessions, 'ofHeaders'>;
  audit: Pick<AuditLog, 'record'>;
}

/**
 * When the engine asks for a sign-in or for consent. Beside its own reasons: the sign-in session decides who is signed in, so that
 * an engine session that outlives it, or is of another user, is worth nothing.
 */
export function signInPolicy({
  mode,
  database,
  sessions,
  audit,
}: SignInParts): interactionPolicy.DefaultPolicy {
  const policy = base();
  const check = new Check(
    'no_sign_in_session',
    'End-User authentication is required',
    'login_required',
    async ({ oidc, req }) => {
      const { session, result } = oidc;
      if (!session?.accountId || result?.login) return Check.NO_NEED_TO_PROMPT;
      const user = await sessions.ofHeaders(req.headers);
      return user?.subject === session.accountId ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    },
  );
  policy.get('login')?.checks.add(check);
  if (mode === 'development') addDevelopmentApproval(policy, database, audit);
  return policy;
}
