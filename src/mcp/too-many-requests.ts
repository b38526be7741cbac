/** A caller has reached a limit of its own. HTTP 429 with `Retry-After` (RFC 6585 section 4). */
export class TooManyRequests extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TooManyRequests';
  }
}
