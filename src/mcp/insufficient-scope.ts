/** The policy refused. HTTP 403 with the whole challenge (2026-07-28, authorization, "Runtime Insufficient Scope Errors"). */
export class InsufficientScope extends Error {
  readonly requiredScopes: readonly string[];

  constructor(
    requiredScopes: readonly string[],
    operation: string,
    target: string | undefined,
    /** What decided; for audit, not for the client. */
    readonly rule?: string,
  ) {
    const what = target === undefined ? operation : `${operation} of ${target}`;
    super(`${what} needs the scope ${requiredScopes.join(' ')}; authorize again and ask for it`);
    this.name = 'InsufficientScope';
    this.requiredScopes = requiredScopes;
  }
}
