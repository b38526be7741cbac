import { shownText } from '../http/shown-text.js';
import type { AuditEvent } from './audit-event.js';
import { INTEGRITY } from './audit-chain.js';
import { canonicalJson } from './canonical-json.js';
import { OCSF_ACTIVITY, OCSF_CLASS, type OcsfActivity } from './ocsf-class.js';

export const OCSF_VERSION = '1.5.0';

/** Of a text that somebody else chose. A client identifier carries what the client registered, and has to stay whole to be of use. */
const MAX_CHARACTERS = 2_048;
const MAX_LIST = 100;
const PLAIN = /^[\x20-\x7e]{0,512}$/;

/** Whence an event comes. */
export interface EventSource {
  readonly version: string;
  /** milliseconds since 1970 */
  readonly time: number;
  readonly requestId: string | undefined;
  readonly address: string | undefined;
}

/** Text from outside, fit for the trail: in one line, without what hides or reorders, and cut. */
export function auditText(text: string, characters = MAX_CHARACTERS): string {
  return PLAIN.test(text) && text.length <= characters ? text : shownText(text, characters);
}

/** The canonical form of an event with OCSF fields, to be sealed by the chain. */
export function ocsfEvent(event: AuditEvent, source: EventSource): string {
  const activity = OCSF_ACTIVITY[event.event];
  const { classUid, activityId, activityName } = activity;
  const failed = event.outcome === 'refused';
  const text = canonicalJson({
    activity_id: activityId,
    activity_name: activityName,
    category_uid: Math.floor(classUid / 1000),
    class_uid: classUid,
    type_uid: classUid * 100 + activityId,
    severity_id: activity.severityId ?? (failed ? 2 : 1),
    status_id: failed ? 2 : 1,
    status_detail: optional(event.reason),
    time: source.time,
    metadata: {
      event_code: event.event,
      product: { name: 'Gatehouse', vendor_name: 'Gatehouse', version: source.version },
      version: OCSF_VERSION,
    },
    http_request: source.requestId === undefined ? undefined : { uid: source.requestId },
    src_endpoint: source.address === undefined ? undefined : { ip: source.address },
    actor: actorOf(event),
    ...ofClass(event, activity, source),
    unmapped: {
      ...Object.fromEntries(
        Object.entries(event.detail ?? {}).map(([name, value]) => [snakeCase(name), bounded(value)]),
      ),
      grant_id: optional(event.grantId),
      scopes: bounded(event.scopes),
      record_integrity: INTEGRITY,
    },
  });
  return text.replace(JSON.stringify(INTEGRITY), INTEGRITY);
}

function actorOf({ actor, subject, clientId }: AuditEvent): object | undefined {
  const user = actor ?? subject;
  if (user === undefined && clientId === undefined) return undefined;
  return {
    app_uid: optional(clientId),
    user: user === undefined ? undefined : { uid: auditText(user) },
  };
}

/** What the class asks for beside what all have. */
function ofClass(event: AuditEvent, { classUid, entityType }: OcsfActivity, source: EventSource): object {
  const user = event.subject === undefined ? undefined : { uid: auditText(event.subject) };
  switch (classUid) {
    case OCSF_CLASS.authentication:
      return { user, service: { name: 'gatehouse' } };
    case OCSF_CLASS.authorizeSession:
      return { user, privileges: bounded(event.scopes) };
    case OCSF_CLASS.entityManagement:
      return {
        entity: { type: entityType, uid: optional(event.entity ?? entityOf(event, entityType)) },
        user,
      };
    case OCSF_CLASS.applicationLifecycle:
      return { app: { name: 'Gatehouse', vendor_name: 'Gatehouse', version: source.version } };
    default:
      return { api: { operation: event.event }, user };
  }
}

function entityOf({ clientId, grantId }: AuditEvent, entityType: string | undefined): string | undefined {
  return entityType === 'Grant' ? grantId : clientId;
}

function optional(text: string | undefined): string | undefined {
  return text === undefined ? undefined : auditText(text);
}

function bounded(value: unknown): unknown {
  if (typeof value === 'string') return auditText(value);
  return Array.isArray(value)
    ? value.slice(0, MAX_LIST).map((item) => (typeof item === 'string' ? auditText(item, 256) : item))
    : value;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
