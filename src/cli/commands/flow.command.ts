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
};

/** `flow show <reference>`: what happened in a flow, where it stopped and what to do. @throws UsageError */
export async function flowCommand(
  [action, reference, ...rest]: readonly string[],
  { database }: Operator,
): Promise<string> {
  if (action !== 'show') throw new UsageError(`flow ${action ?? ''}: say show`);
  if (reference === undefined || rest.length > 0) throw new UsageError('flow show takes one reference');
  const events = await readFlow(database, reference);
  if (events.length === 0) {
    throw new UsageError(
      `flow show: nothing is known of ${shownText(reference, 64)}; flows are kept for three days, and a reference is the one of an error page, or the X-Request-Id of an answer`,
    );
  }
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

function conclusion(events: readonly FlowEventTable[]): string {
  const failed = events.findLast(({ outcome }) => outcome === 'failed');
  if (failed) {
    const { step, reason } = failed;
    return `It stopped at the ${SHOWN[step]}: ${reason}\n${FLOW_REASONS[reason as FlowReason] ?? ''}`.trimEnd();
  }
  const last = events.at(-1);
  if (last?.step === 'token') return 'It was completed: the client has its tokens.';
  if (last?.outcome === 'asked')
    return `It waits for the user at the ${SHOWN[last.step]}, or was left there.`;
  return 'The client has a code and has not redeemed it yet.';
}
