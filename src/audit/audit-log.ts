import type { Logger } from '../logging/logger.js';

/** Who did what to which grant or client, and whether it was let happen. Holds no token, code, secret or cookie. */
export interface AuditEvent {
  /** What happened, as `object.verb`: `grant.revoked`, `refresh_token.reused`, `consent.given`, `sign_in.refused`. */
  readonly event: string;
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
  readonly requestId?: string | undefined;
  /** More that belongs to the event: a redirect host, the kind of client, a key id. */
  readonly detail?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
}

/** The audit trail: one JSON line an event, marked `audit: true`, in the same stream as the log. */
export class AuditLog {
  constructor(private readonly logger: Logger) {}

  record(event: AuditEvent): void {
    this.logger.pino.info({ audit: true, ...event }, event.event);
  }
}
