import type { AuditEventName } from './audit-event.js';

/** Classes of the Open Cybersecurity Schema Framework, version 1.5. */
export const OCSF_CLASS = {
  authentication: 3002,
  authorizeSession: 3003,
  entityManagement: 3004,
  applicationLifecycle: 6002,
  apiActivity: 6003,
} as const;
export type OcsfClass = (typeof OCSF_CLASS)[keyof typeof OCSF_CLASS];

/** An activity that the class has no number for. */
export const OTHER_ACTIVITY = 99;

export interface OcsfActivity {
  readonly classUid: OcsfClass;
  readonly activityId: number;
  /** Said where `activityId` is 99. */
  readonly activityName?: string;
  /** What kind of thing was made, changed or ended: class 3004. */
  readonly entityType?: string;
  /** 1 informational, 2 low, 3 medium, 4 high; 1 where left out, and 2 where it was refused. */
  readonly severityId?: 3 | 4;
}

const { authentication, authorizeSession, entityManagement, applicationLifecycle, apiActivity } = OCSF_CLASS;
const CREATE = 1;
const UPDATE = 3;
const DELETE = 4;
const ENABLE = 8;
const DISABLE = 9;
const ACTIVATE = 10;

function other(classUid: OcsfClass, activityName: string, severityId?: 3 | 4): OcsfActivity {
  return { classUid, activityId: OTHER_ACTIVITY, activityName, ...(severityId ? { severityId } : {}) };
}

function managed(activityId: number, entityType: string): OcsfActivity {
  return { classUid: entityManagement, activityId, entityType };
}

/** Where each event stands in the schema. */
export const OCSF_ACTIVITY: Readonly<Record<AuditEventName, OcsfActivity>> = {
  'sign_in.succeeded': { classUid: authentication, activityId: 1 },
  'sign_in.refused': { classUid: authentication, activityId: 1 },
  sign_out: { classUid: authentication, activityId: 2 },
  'token.issued': { classUid: authentication, activityId: 3 },
  'token.refused': { classUid: authentication, activityId: 3 },
  'token.refreshed': { classUid: authentication, activityId: 5 },
  'refresh_token.reused': { classUid: authentication, activityId: 5, severityId: 4 },
  'authorization_code.issued': other(authentication, 'Authorization Code'),
  'access_token.refused': other(authentication, 'Access Token Verification'),
  'introspection.refused': other(authentication, 'Token Introspection'),
  'revocation.refused': other(authentication, 'Token Revocation'),
  'authorization.refused': { classUid: authorizeSession, activityId: 1 },
  'consent.given': { classUid: authorizeSession, activityId: 1 },
  'consent.remembered': { classUid: authorizeSession, activityId: 1 },
  'consent.denied': { classUid: authorizeSession, activityId: 1 },
  'grant.created': managed(CREATE, 'Grant'),
  'grant.revoked': managed(DELETE, 'Grant'),
  'token.revoked': managed(DELETE, 'Token'),
  'client.registered': managed(CREATE, 'Client'),
  'client.registration_refused': managed(CREATE, 'Client'),
  'client.denied': managed(DISABLE, 'Client'),
  'client.allowed': managed(ENABLE, 'Client'),
  'client_id_keys.rotated': managed(UPDATE, 'Client identifier key'),
  'signing_key.created': managed(CREATE, 'Signing key'),
  'signing_key.activated': managed(ACTIVATE, 'Signing key'),
  'signing_key.rotated': managed(UPDATE, 'Signing key'),
  'signing_key.retired': managed(DELETE, 'Signing key'),
  'server.started': { classUid: applicationLifecycle, activityId: 3 },
  'server.stopping': { classUid: applicationLifecycle, activityId: 4 },
  'audit.started': other(applicationLifecycle, 'Audit Started'),
  'audit.checkpoint': other(applicationLifecycle, 'Audit Checkpoint'),
  'audit.events_lost': other(applicationLifecycle, 'Audit Events Lost', 4),
  'audit.stopped': other(applicationLifecycle, 'Audit Stopped'),
  'rate_limit.reached': other(apiActivity, 'Rate Limit', 3),
  'mcp.operation': other(apiActivity, 'MCP Operation'),
};
