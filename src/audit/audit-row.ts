/** What an event can be found by in a database, beside its line. */
export interface AuditRow {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: string;
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
}
