import type { Database, FlowEventTable } from '../../storage/schema.js';

/** In which order a flow takes them: several may come in one millisecond. */
const STEPS = ['authorize', 'sign_in', 'consent', 'code', 'token', 'refresh'];
/** More than the events of any one flow. */
const AT_MOST = 200;

/**
 * What happened in the flow that a reference belongs to, oldest first: the reference of a page, the `X-Request-Id` of an answer, or the one of
 * the dashboard. Empty where nothing is known of it (any more).
 */
export async function readFlow(database: Database, reference: string): Promise<FlowEventTable[]> {
  const named = await database
    .selectFrom('flow_event')
    .selectAll()
    .where((row) => row.or([row('flow', '=', reference), row('request_id', '=', reference)]))
    .limit(AT_MOST)
    .execute();
  const events = new Map(named.map((event) => [event.id, event]));
  // By its code the token request finds the flow, and the flow the token request.
  for (const column of ['code_hash', 'flow', 'code_hash'] as const) {
    const values = [...new Set([...events.values()].map((event) => event[column]))].filter(
      (one) => one !== null,
    );
    if (values.length === 0) continue;
    const more = await database
      .selectFrom('flow_event')
      .selectAll()
      .where(column, 'in', values)
      .limit(AT_MOST)
      .execute();
    for (const event of more) events.set(event.id, event);
  }
  return [...events.values()].toSorted(
    (left, right) => left.at - right.at || STEPS.indexOf(left.step) - STEPS.indexOf(right.step),
  );
}
