import { randomUUID } from 'node:crypto';
import { callbackOf } from './approve.js';

/** The parts of both SDKs' `OAuthClientProvider` that a client without a browser needs. Generic over their types, which differ in detail. */
export class MemoryOAuthProvider<Client, Tokens, Discovery> {
  readonly redirectUrl = 'http://127.0.0.1:49152/callback';
  readonly clientMetadata;
  /** Where the "browser" was sent, once for each flow. */
  readonly visits: URL[] = [];
  /** What the last visit brought back. */
  callback = new URLSearchParams();
  #client: Client | undefined;
  #tokens: Tokens | undefined;
  #discovery: Discovery | undefined;
  #codeVerifier = '';
  #state = '';

  /** `visit`: what the user does with the authorization URL; returns what the callback got. */
  constructor(
    clientName: string,
    private readonly visit: (url: URL, redirectUrl: string) => Promise<URLSearchParams> = callbackOf,
  ) {
    this.clientMetadata = {
      client_name: clientName,
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native' as const,
    };
  }

  state(): string {
    this.#state = randomUUID();
    return this.#state;
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

  /** Binds the callback to the authorization server that was asked (SEP-2352). */
  discoveryState(): Discovery | undefined {
    return this.#discovery;
  }

  saveDiscoveryState(discovery: Discovery): void {
    this.#discovery = discovery;
  }

  async redirectToAuthorization(authorizationUrl: URL): Promise<void> {
    this.visits.push(authorizationUrl);
    this.callback = await this.visit(authorizationUrl, this.redirectUrl);
    if (this.callback.get('state') !== this.#state) throw new Error('the callback carries another state');
  }

  saveCodeVerifier(codeVerifier: string): void {
    this.#codeVerifier = codeVerifier;
  }

  codeVerifier(): string {
    return this.#codeVerifier;
  }
}
