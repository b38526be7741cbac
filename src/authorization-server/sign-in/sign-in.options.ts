import type { IdentityProvider } from '../../config/identity-provider.js';

/** How users sign in. */
export abstract class SignInOptions {
  abstract readonly mode: 'development' | 'openid';
  /** Where users sign in with the mode `openid`. */
  abstract readonly identityProviders: readonly IdentityProvider[];
  /** Absolute: how long a browser stays signed in at most. */
  abstract readonly sessionSeconds: number;
}
