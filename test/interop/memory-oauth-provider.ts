import { callbackOf } from './approve.js';

/** The parts of both SDKs' `OAuthClientProvider` that a client without a browser needs. Generic over their types, which differ in detail. */
export class MemoryOAuthProvider<Client, Tokens> {
  readonly redirectUrl = 'http://127.0.0.1:49152/callback';
  readonly clientMetadata;
  /** What the "browser" brought back, once `redirectToAuthorization` was called. */
  callback = new URLSearchParams();
  authorizationUrl: URL | undefined;
  #client: Client | undefined;
  #tokens: Tokens | undefined;
  #codeVerifier = '';

  constructor(clientName: string) {
    this.clientMetadata = {
      client_name: clientName,
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native' as const,
    };
  }

  clientInformation(): Client | undefined {
    return this.#client;
  }

  saveClientInformation(client: Client): void {
    this.#client = client;
  }

  tokens(): Tokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: Tokens): void {
    this.#tokens = tokens;
  }

  async redirectToAuthorization(authorizationUrl: URL): Promise<void> {
    this.authorizationUrl = authorizationUrl;
    this.callback = await callbackOf(authorizationUrl);
  }

  saveCodeVerifier(codeVerifier: string): void {
    this.#codeVerifier = codeVerifier;
  }

  codeVerifier(): string {
    return this.#codeVerifier;
  }
}
