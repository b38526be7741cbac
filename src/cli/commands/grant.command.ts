import type { Consent } from '../../authorization-server/consent/consents.js';
import { listGrants } from '../../authorization-server/grants/list-grants.js';
import { revokeGrant } from '../../authorization-server/grants/revoke-grant.js';
import { shownText } from '../../http/shown-text.js';
import { operatedBy, type Operator } from '../operator.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';

const AT_MOST = 1_000;

/** `grant list [text]` and `grant revoke <id> ...`: what to print. @throws UsageError */
export async function grantCommand(
  [action, ...rest]: readonly string[],
  operator: Operator,
): Promise<string> {
  switch (action) {
    case 'list':
      return listed(operator, rest);
    case 'revoke':
      return revoked(operator, rest);
    default:
      throw new UsageError(`grant ${action ?? ''}: say list or revoke`);
  }
}

async function listed({ database }: Operator, words: readonly string[]): Promise<string> {
  if (words.length > 1) throw new UsageError('grant list takes one text to search for at most');
  const grants = await listGrants(database, { containing: words[0], limit: AT_MOST, offset: 0 });
  const rows = grants.map((grant) => [
    grant.grantId,
    shownText(grant.subject, 60),
    shownText(grant.clientName, 40),
    grant.redirectHost,
    iso(grant.createdAt),
    grant.lastUsedAt === undefined ? 'never' : iso(grant.lastUsedAt),
    grant.scopes.join(' '),
  ]);
  const titles = ['GRANT ID', 'USER', 'APPLICATION', 'GOES BACK TO', 'SINCE', 'LAST USED', 'SCOPES'];
  return table(titles, rows) + (grants.length === AT_MOST ? `\n\nOnly the newest ${AT_MOST} are shown.` : '');
}

async function revoked({ database, audit }: Operator, words: readonly string[]): Promise<string> {
  const ids = words.filter((word) => word !== '--');
  if (ids.length === 0) throw new UsageError('grant revoke needs the id of a grant; see grant list');
  const lines: string[] = [];
  const unknown: string[] = [];
  for (const id of ids) {
    const grant = await revokeGrant(database, audit, id, operatedBy());
    if (grant) lines.push(describe(grant));
    else unknown.push(id);
  }
  if (unknown.length > 0) {
    throw new UsageError([...lines, `grant revoke: there is no grant ${unknown.join(', ')}`].join('\n'));
  }
  return [...lines, '', 'Every server follows within seconds.'].join('\n');
}

function describe({ grantId, clientName, subject }: Consent): string {
  return `revoked ${grantId}: ${shownText(clientName, 40)} of ${shownText(subject, 60)}`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
