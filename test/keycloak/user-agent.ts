import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { MemoryOAuthProvider } from '../interop/memory-oauth-provider.js';
import { signIn, type User } from './login.js';

/** What the official client asks of its surroundings: it remembers, and its user signs in at Keycloak. */
export class UserAgent extends MemoryOAuthProvider<
  StoredOAuthClientInformation,
  StoredOAuthTokens,
  OAuthDiscoveryState
> {
  readonly #user: User;

  /** `clientId`: one that Keycloak knows already; without it the client registers itself. */
  constructor(user: User, clientId?: string) {
    super('MCP client');
    this.#user = user;
    if (clientId !== undefined) this.saveClientInformation({ client_id: clientId });
  }

  override async redirectToAuthorization(url: URL): Promise<void> {
    this.visits.push(url);
    this.callback = await signIn(url, this.redirectUrl, this.#user);
    if (this.callback.get('state') !== url.searchParams.get('state')) {
      throw new Error('the callback carries another state');
    }
  }
}
