import type { ConfiguredClient } from '../config/pre-registered-client.js';
import type { ScopeCatalogue } from '../oauth/scope-catalogue.js';

export abstract class AuthorizationServerOptions {
  /** The public URL: every URL that leaves this server is built from it. */
  abstract readonly issuer: string;
  /** The MCP server's resource identifier: the audience where a client names none. */
  abstract readonly resourceIdentifier: string;
  abstract readonly mcpPath: string;
  abstract readonly accessTokenSeconds: number;
  abstract readonly authorizationCodeSeconds: number;
  /** Idle: from one use of a refresh token to the next. */
  abstract readonly refreshTokenSeconds: number;
  /** Absolute: from the authorization to the last refresh. */
  abstract readonly refreshTokenMaxAgeSeconds: number;
  /** How long a refresh token that was redeemed still yields its successor. */
  abstract readonly refreshTokenGraceSeconds: number;
  /** Private-use schemes that redirect URIs may have. */
  abstract readonly redirectSchemes: readonly string[];
  /** Client ID Metadata Documents. */
  abstract readonly metadataDocuments: {
    readonly enabled: boolean;
    /** Host names; with a dot in front, everything below one. Empty for all. */
    readonly allowedDomains: readonly string[];
    /** Whether their hosts may be on the private network. */
    readonly allowPrivate: boolean;
  };
  abstract readonly clients: readonly ConfiguredClient[];
  /** What there is to ask for, and in which words. */
  abstract readonly scopes: ScopeCatalogue;
}

/** Who signs in where everybody is let in. */
export const DEVELOPMENT_SUBJECT = 'dev_user_123';
