import { Kysely, type KyselyConfig } from 'kysely';
import type { Sealer } from './sealer.js';

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
  /** Private JWK as JSON, sealed. */
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

/** What was revoked while access tokens for it may still be around. */
export interface RevocationTable {
  /** What a token or a grant is filed under: a digest, see `oauth/revocation-id.ts`. */
  id: string;
  /** Seconds since 1970, by the clock of the process that revoked it. */
  revoked_at: number;
  /** Seconds since 1970: the last token concerned has expired. */
  expires_at: number;
}

/** What a user allowed a client: one row for each grant, until it ends. */
export interface ConsentTable {
  /** Of the engine's grant; no secret. */
  grant_id: string;
  subject: string;
  client_id: string;
  client_name: string;
  /** Where the answers go: a host with its port, or the scheme of an application's own. */
  redirect_host: string;
  /** Scopes that were granted, with spaces between. */
  scopes: string;
  /** Scopes that the user was asked for: those and the ones that were declined. */
  asked_scopes: string;
  /** 1 where the client gets refresh tokens. */
  stay_connected: number;
  /** 1 where the same request of the same user, client and redirect host needs no page. */
  remembered: number;
  /** Seconds since 1970. */
  created_at: number;
  /** Seconds since 1970; kept to the minute. */
  last_used_at: number | null;
  /** Seconds since 1970. */
  expires_at: number;
}

export interface SettingTable {
  name: string;
  /** Sealed. */
  value: string;
}

/** One step of an authorization flow. Holds no code and no token. */
export interface FlowEventTable {
  id: string;
  /** What the requests of one flow have in common. */
  flow: string;
  /** Milliseconds since 1970. */
  at: number;
  step: string;
  outcome: string;
  reason: string | null;
  /** What the client calls itself, or its id; cut. */
  client: string | null;
  request_id: string;
  /** SHA-256 of the authorization code, base64url. */
  code_hash: string | null;
  /** Seconds since 1970. */
  expires_at: number;
}

/** One event of the audit trail. Only ever added, and deleted when it expires. */
export interface AuditEventTable {
  /** Chain and sequence. */
  id: string;
  chain: string;
  sequence: number;
  hash: string;
  /** Milliseconds since 1970. */
  at: number;
  event: string;
  subject: string | null;
  client_id: string | null;
  /** The sealed event, JSON. */
  record: string;
  /** Seconds since 1970; null: kept for good. */
  expires_at: number | null;
}

export interface DeniedClientTable {
  /** SHA-256 of the client identifier, base64url. */
  id_hash: string;
  client_id: string;
  /** Seconds since 1970. */
  denied_at: number;
}

/** How much was counted in a window of a rate limit. */
export interface RateLimitTable {
  /** Name of the limit, address, and SHA-256 of the client id where a client is counted. */
  key: string;
  points: number;
  /** Milliseconds since 1970: the window is over then. */
  expire: number | null;
}

export interface Schema {
  audit_event: AuditEventTable;
  denied_client: DeniedClientTable;
  oauth_entity: OAuthEntityTable;
  signing_key: SigningKeyTable;
  revocation: RevocationTable;
  consent: ConsentTable;
  flow_event: FlowEventTable;
  rate_limit: RateLimitTable;
  setting: SettingTable;
  sign_in_session: SignInSessionTable;
  sign_in_transaction: SignInTransactionTable;
}

/** The database, and what seals the secrets in it. */
export class Database extends Kysely<Schema> {
  constructor(
    config: KyselyConfig,
    readonly sealer: Sealer,
  ) {
    super(config);
  }
}
