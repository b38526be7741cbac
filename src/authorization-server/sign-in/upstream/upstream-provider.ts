import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  type ClientAuth,
  type ServerMetadata,
} from 'openid-client';
import type { IdentityProvider } from '../../../config/identity-provider.js';
import { epochSeconds } from '../../entity-adapter.js';
import type { TransactionSecrets } from './transaction-secrets.js';
import { groupsClaim, readsGroups, type Claims } from './upstream-user.js';

const METADATA_SECONDS = 3_600;
const TIMEOUT_SECONDS = 10;

/** What an authorization request here asks of the sign-in there. */
export interface SignInWish {
  loginHint?: string | undefined;
  /** Ask for credentials, even of somebody who is signed in there. */
  fresh: boolean;
}

/**
 * One upstream OpenID provider. What it publishes about itself is fetched when it is first needed and kept for an hour; what was
 * fetched last serves on where it does not answer. Its keys are fetched for every sign-in, so that it may rotate them at any time.
 */
export class UpstreamProvider {
  #metadata: { value: ServerMetadata; until: number } | undefined;
  #fetching: Promise<ServerMetadata> | undefined;

  constructor(
    readonly settings: IdentityProvider,
    readonly redirectUri: string,
    private readonly now: () => number = epochSeconds,
  ) {}

  /** Makes sure that the provider's metadata is known. @throws what keeps it from being fetched; see `failureOf` */
  async prepare(): Promise<void> {
    await this.#current();
  }

  /** Where to send the browser. @throws whatever keeps the provider's metadata from being fetched */
  async authorizationUrl(secrets: TransactionSecrets, { loginHint, fresh }: SignInWish): Promise<URL> {
    return buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: this.redirectUri,
      scope: this.settings.scopes.join(' '),
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: await calculatePKCECodeChallenge(secrets.codeVerifier),
      code_challenge_method: 'S256',
      ...(loginHint === undefined ? {} : { login_hint: loginHint }),
      ...(fresh ? { prompt: 'login' } : {}),
    });
  }

  /**
   * Redeems the answer that a browser brought, and checks the ID token: signature, issuer, audience, lifetime, nonce. Groups that
   * it lacks are asked for at the userinfo endpoint. Nothing of what the provider issued is kept.
   * @throws the errors of openid-client; see `failureOf`
   */
  async redeem(query: string, secrets: TransactionSecrets): Promise<Claims> {
    const configuration = await this.#configuration();
    const answer = new URL(this.redirectUri);
    answer.search = query;
    const tokens = await authorizationCodeGrant(configuration, answer, {
      expectedState: secrets.state,
      expectedNonce: secrets.nonce,
      pkceCodeVerifier: secrets.codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims() as Claims & { sub: string };
    const askForGroups =
      readsGroups(this.settings) &&
      groupsClaim(this.settings, claims) === undefined &&
      configuration.serverMetadata().userinfo_endpoint !== undefined;
    if (!askForGroups) return claims;
    return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
  }

  /** Where a user signs out there too, if the provider offers it and is known to (OpenID Connect RP-Initiated Logout 1.0). */
  signOutUrl(): string | undefined {
    const endpoint = this.#metadata?.value.end_session_endpoint;
    if (endpoint === undefined) return undefined;
    const url = URL.parse(endpoint);
    if (!url || (url.protocol !== 'https:' && !this.#insecure)) return undefined;
    url.searchParams.set('client_id', this.settings.clientId);
    return url.href;
  }

  /** The configuration allows http for an issuer on this computer only. */
  get #insecure(): boolean {
    return new URL(this.settings.issuer).protocol === 'http:';
  }

  async #configuration(): Promise<Configuration> {
    const { clientId, clientSecret } = this.settings;
    const configuration = new Configuration(
      await this.#current(),
      clientId,
      clientSecret,
      this.#authentication(),
    );
    configuration.timeout = TIMEOUT_SECONDS;
    if (this.#insecure) allowInsecureRequests(configuration);
    // Without this the signature of an ID token that came over TLS would go unchecked.
    enableNonRepudiationChecks(configuration);
    return configuration;
  }

  async #current(): Promise<ServerMetadata> {
    if (this.#metadata && this.#metadata.until > this.now()) return this.#metadata.value;
    this.#fetching ??= this.#discover().finally(() => (this.#fetching = undefined));
    try {
      return await this.#fetching;
    } catch (error) {
      if (this.#metadata) return this.#metadata.value;
      throw error;
    }
  }

  async #discover(): Promise<ServerMetadata> {
    const { issuer, clientId, clientSecret } = this.settings;
    const found = await discovery(new URL(issuer), clientId, clientSecret, this.#authentication(), {
      timeout: TIMEOUT_SECONDS,
      execute: this.#insecure ? [allowInsecureRequests] : [],
    });
    const value = found.serverMetadata();
    this.#metadata = { value, until: this.now() + METADATA_SECONDS };
    return value;
  }

  #authentication(): ClientAuth {
    const { clientSecret, tokenEndpointAuthMethod } = this.settings;
    if (tokenEndpointAuthMethod === 'client_secret_basic') return ClientSecretBasic(clientSecret);
    return tokenEndpointAuthMethod === 'client_secret_post' ? ClientSecretPost(clientSecret) : None();
  }
}
