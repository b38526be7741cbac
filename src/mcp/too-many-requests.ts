/** A caller has reached a limit of its own. HTTP 429 with `Retry-After` (RFC 6585 section 4). */
export class TooManyRequests extends Error {
  /** `retryAfterSeconds`: when there may be room again. */
  constructor(
    message: string,
    readonly retryAfterSeconds = 1,
  ) {
    super(message);
    this.name = 'TooManyRequests';
  }
}
