/** Somebody who has signed in to the authorization server with this browser. */
export interface SignedInUser {
  /** `sub` of the tokens: unique and stable within this issuer, whichever identity provider vouched for the user. */
  readonly subject: string;
  /** What to call the user on a page. */
  readonly displayName: string;
  /** Id of the identity provider that vouched for the user; `development` for the development sign-in. */
  readonly identityProvider: string;
  /** Scopes that this user may be granted, whatever a client asks. One that ends in `*` stands for all that begin like it. */
  readonly grantableScopes: readonly string[];
  /** May see and end everybody's grants. */
  readonly administrator: boolean;
  /** Seconds since 1970. */
  readonly signedInAt: number;
}
