/** The policy refused, and no scope would help. HTTP 403 without a challenge, so that no client authorizes again for nothing. */
export class PolicyDenied extends Error {
  constructor(
    /** In words that the client is shown. */
    reason: string,
    /** What decided; for audit, not for the client. */
    readonly rule: string | undefined,
  ) {
    super(reason);
    this.name = 'PolicyDenied';
  }
}
