/** Answers with the authorization server's discovery document, for clients that look for it at the MCP server's own origin. */
export abstract class AuthorizationServerMetadata {
  /**
   * The document at a well-known path, byte for byte as the authorization server sends it.
   * @throws Error when the authorization server does not answer
   */
  abstract document(path: string): Promise<string>;
}

/** Asks over HTTP. */
export class RemoteAuthorizationServerMetadata extends AuthorizationServerMetadata {
  constructor(
    private readonly origin: string,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  override async document(path: string): Promise<string> {
    const response = await fetch(new URL(path, this.origin), {
      redirect: 'error',
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    if (!response.ok) throw new Error(`the authorization server answered ${response.status} for ${path}`);
    return response.text();
  }
}
