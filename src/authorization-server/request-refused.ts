/** A request that is refused before the engine sees it, in the form of RFC 6749 section 5.2. */
export class RequestRefused extends Error {
  constructor(
    readonly error: string,
    description: string,
  ) {
    super(description);
    this.name = 'RequestRefused';
  }
}
