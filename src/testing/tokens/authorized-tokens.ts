import { tokenFor } from './authorization-code-flow.js';

export interface AuthorizationOptions {
  /** What the client asks for; left out: all that the authorization server offers. */
  readonly scopes?: readonly string[];
  /** Who signs in: `sub` of the tokens. `dev_user_123` where left out. */
  readonly user?: string;
}

export interface AuthorizedTokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
  /** What was granted. */
  readonly scopes: readonly string[];
}

/**
 * Runs the authorization code flow with PKCE as the pre-registered client.
 * @throws Error that says what the authorization server answered
 */
export async function authorizedTokens(
  origin: string,
  { scopes, user }: AuthorizationOptions,
): Promise<AuthorizedTokens> {
  const tokens = await tokenFor(origin, scopes?.join(' '), { login_hint: user });
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expiresIn: tokens.expires_in,
    scopes: tokens.scope.split(' '),
  };
}
