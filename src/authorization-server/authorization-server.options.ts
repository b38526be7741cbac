import type { PreRegisteredClient } from '../config/config-file.js';

export abstract class AuthorizationServerOptions {
  /** The public URL: every URL that leaves this server is built from it. */
  abstract readonly issuer: string;
  /** The MCP server's resource identifier: the audience where a client names none. */
  abstract readonly resourceIdentifier: string;
  abstract readonly mcpPath: string;
  abstract readonly accessTokenSeconds: number;
  abstract readonly authorizationCodeSeconds: number;
  abstract readonly refreshTokenSeconds: number;
  abstract readonly clients: readonly PreRegisteredClient[];
}

/** Who signs in where everybody is let in. */
export const DEVELOPMENT_SUBJECT = 'dev_user_123';
