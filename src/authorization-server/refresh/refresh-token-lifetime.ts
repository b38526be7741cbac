export interface RefreshTokenLifetimes {
  /** Idle: from one use of a refresh token to the next. */
  readonly refreshTokenSeconds: number;
  /** Absolute: from the authorization to the last refresh. */
  readonly refreshTokenMaxAgeSeconds: number;
}

/**
 * For how many seconds a refresh token lives whose family began at `familyBegan` (seconds since 1970): until it has been idle for too
 * long, but never longer than its family. At least one second, which the engine insists on.
 */
export function refreshTokenSeconds(
  { refreshTokenSeconds: idle, refreshTokenMaxAgeSeconds: absolute }: RefreshTokenLifetimes,
  familyBegan: number,
  now = Math.floor(Date.now() / 1000),
): number {
  return Math.max(1, Math.min(idle, familyBegan + absolute - now));
}
