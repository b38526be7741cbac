import type { IncomingMessage } from 'node:http';

/** All that is recorded, as `object.verb`; docs/audit.md describes each. `mcp.operation` is written by the MCP server itself. */
export type AuditEventName =
  | 'access_token.refused'
  | 'audit.checkpoint'
  | 'audit.events_lost'
  | 'audit.started'
  | 'audit.stopped'
  | 'authorization.refused'
  | 'authorization_code.issued'
  | 'client.allowed'
  | 'client.denied'
  | 'client.registered'
  | 'client.registration_refused'
  | 'client_id_keys.rotated'
  | 'consent.denied'
  | 'consent.given'
  | 'consent.remembered'
  | 'grant.created'
  | 'grant.revoked'
  | 'introspection.refused'
  | 'mcp.operation'
  | 'rate_limit.reached'
  | 'refresh_token.reused'
  | 'revocation.refused'
  | 'server.started'
  | 'server.stopping'
  | 'sign_in.refused'
  | 'sign_in.succeeded'
  | 'sign_out'
  | 'signing_key.activated'
  | 'signing_key.created'
  | 'signing_key.retired'
  | 'signing_key.rotated'
  | 'token.issued'
  | 'token.refreshed'
  | 'token.refused'
  | 'token.revoked';

export type AuditDetail = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Who did what to which grant, client or key, and whether it was let happen. Holds no token, code, secret or cookie. */
export interface AuditEvent {
  readonly event: AuditEventName;
  readonly outcome: 'success' | 'refused';
  /** `sub` of the user or service account it is about. */
  readonly subject?: string | undefined;
  /** Who did it, where that is somebody else: an administrator, the command line. */
  readonly actor?: string | undefined;
  readonly clientId?: string | undefined;
  readonly grantId?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Why it was refused, or ended: a stable code. */
  readonly reason?: string | undefined;
  /** The key, client, grant or token that was made, changed or ended, where neither of the above names it. */
  readonly entity?: string | undefined;
  /** What asked for it: tells the request id and the address. */
  readonly request?: Pick<IncomingMessage, 'headers' | 'socket'> | undefined;
  /** Where there is no request to tell it. */
  readonly requestId?: string | undefined;
  /** More that belongs to the event: a redirect host, the kind of client. */
  readonly detail?: AuditDetail | undefined;
}
