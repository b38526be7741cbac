import type { Kysely } from 'kysely';

/** What the authorization server keeps: one row for each grant, code, token, session, interaction or client. */
export interface OAuthEntityTable {
  /** Model name of oidc-provider, such as `AuthorizationCode`. */
  model: string;
  /** SHA-256 of the identifier, base64url: whoever reads the table holds no code and no token. */
  id_hash: string;
  /** JSON, without the identifier itself. */
  payload: string;
  grant_id: string | null;
  uid: string | null;
  /** Seconds since 1970. */
  expires_at: number | null;
  /** Seconds since 1970; set once, when a code or refresh token is redeemed. */
  consumed_at: number | null;
}

export interface SigningKeyTable {
  kid: string;
  generation: number;
  /** Private JWK as JSON. */
  private_jwk: string;
  /** Seconds since 1970. */
  created_at: number;
  /** Seconds since 1970: signs from then on. */
  active_at: number;
}

/** Who has signed in with which browser. */
export interface SignInSessionTable {
  /** SHA-256 of the cookie's value, base64url: whoever reads the table signs in as nobody. */
  id_hash: string;
  subject: string;
  /** JSON. */
  signed_in_user: string;
  /** Seconds since 1970; kept to the minute. */
  last_used_at: number;
  /** Seconds since 1970: over then, however much it is used. */
  expires_at: number;
}

/** A sign-in at an upstream identity provider that is under way. Its secrets are with the browser, not here. */
export interface SignInTransactionTable {
  /** SHA-256 of the secret in the browser's cookie, base64url. */
  id_hash: string;
  /** JSON. */
  payload: string;
  /** Seconds since 1970. */
  expires_at: number;
}

export interface SettingTable {
  name: string;
  value: string;
}

export interface Schema {
  oauth_entity: OAuthEntityTable;
  signing_key: SigningKeyTable;
  setting: SettingTable;
  sign_in_session: SignInSessionTable;
  sign_in_transaction: SignInTransactionTable;
}

export type Database = Kysely<Schema>;
