import { FLOW_REASONS, type FlowReason } from '../../authorization-server/flows/flow-reason.js';
import { readFlow } from '../../authorization-server/flows/read-flow.js';
import { shownText } from '../../http/shown-text.js';
import type { FlowEventTable } from '../../storage/schema.js';
import type { Operator } from '../operator.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';

const SHOWN: Readonly<Record<string, string>> = {
  authorize: 'authorization request',
  sign_in: 'sign-in',
  consent: 'consent',
  code: 'code',
  token: 'token request',
  refresh: 'refresh',
};

/** `flow show <reference>`: what happened in a flow, where it stopped and what to do. @throws UsageError */
export async function flowCommand(
  [action, reference, ...rest]: readonly string[],
  { database }: Operator,
): Promise<string> {
  if (action !== 'show') throw new UsageError(`flow ${action ?? ''}: say show`);
  if (reference === undefined || rest.length > 0) throw new UsageError('flow show takes one reference');
  const events = await readFlow(database, reference);
  if (events.length === 0) return unknown(shownText(reference, 64));
  const client = events.find((event) => event.client !== null)?.client;
  const rows = events.map((event) => [
    new Date(event.at).toISOString(),
    SHOWN[event.step] ?? event.step,
    event.outcome,
    event.reason ?? '',
    event.request_id,
  ]);
  return [
    `Application: ${client ? shownText(client, 100) : 'not known'}`,
    '',
    table(['TIME', 'STEP', 'OUTCOME', 'REASON', 'REQUEST'], rows),
    '',
    conclusion(events),
  ].join('\n');
}

/** What a reference can be that belongs to no flow, and where to look then. */
function unknown(reference: string): string {
  return [
    `No authorization flow of the last three days had a request with the id ${reference}.`,
    '',
    'It may be a request that is no part of one, such as an MCP request. The log and the audit trail have its id:',
    `  kubectl logs -l app.kubernetes.io/instance=gatehouse --since=72h --tail=-1 | grep ${reference}`,
    '',
    'mcp.operation          what was done or refused at the MCP endpoint, and the rule that decided; see docs/audit.md',
    'access token refused   401 at the MCP endpoint; its reason is in docs/errors.md',
    'Host refused           403; PUBLIC_URL or ALLOWED_HOSTS does not name that host',
    'rate_limit.reached     429; the limit is in the line, see docs/protection.md',
    'no line                404 (nothing is at that address), or the request never came here: compare the id with the',
    '                       X-Request-Id that the client got, and look at the ingress',
  ].join('\n');
}

function conclusion(events: readonly FlowEventTable[]): string {
  // Who was stopped may have tried again.
  const last = events.at(-1);
  if (last?.outcome === 'failed') {
    const { step, reason } = last;
    return `It stopped at the ${SHOWN[step]}: ${reason}\n${FLOW_REASONS[reason as FlowReason] ?? ''}`.trimEnd();
  }
  if (last?.step === 'token') return 'It was completed: the client has its tokens.';
  if (last?.outcome === 'asked')
    return `It waits for the user at the ${SHOWN[last.step]}, or was left there.`;
  return 'The client has a code and has not redeemed it yet.';
}
