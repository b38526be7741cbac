import {
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
} from 'class-validator';
import { namedSecret, type Variables } from './named-secret.js';

const WITH_SECRET = ['client_secret_basic', 'client_secret_post'] as const;
const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials'] as const;

/** A client that is known without registration. Its id has no `|`, which stands in the subjects of users. Unless it says otherwise a public one: it has no secret and proves itself by PKCE. */
export class PreRegisteredClient {
  @Matches(/^[\x21-\x7b\x7d\x7e]{1,256}$/)
  clientId!: string;

  @IsString()
  clientName!: string;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  redirectUris?: string[];

  @IsIn(['native', 'web'])
  applicationType: 'native' | 'web' = 'native';

  @ArrayNotEmpty()
  @IsIn(GRANT_TYPES, { each: true })
  grantTypes: (typeof GRANT_TYPES)[number][] = ['authorization_code', 'refresh_token'];

  @IsIn(['none', ...WITH_SECRET, 'private_key_jwt'])
  tokenEndpointAuthMethod: 'none' | (typeof WITH_SECRET)[number] | 'private_key_jwt' = 'none';

  /** Name of the environment variable that holds the secret. */
  @IsOptional()
  @Matches(/^[A-Z_][A-Z0-9_]*$/i)
  clientSecretEnv?: string;

  /** Public keys (RFC 7517 section 5) of a client that authenticates with `private_key_jwt`. */
  @IsOptional()
  @IsObject()
  jwks?: { keys: Record<string, unknown>[] };

  @IsOptional()
  @IsUrl({ protocols: ['https'], require_protocol: true })
  jwksUri?: string;

  /** All that the client may ask for; what the resource has where left out. A service account needs it. */
  @IsOptional()
  @ArrayNotEmpty()
  @IsString({ each: true })
  scopes?: string[];
}

/** The same with its secret, where it has one. */
export type ConfiguredClient = PreRegisteredClient & { readonly clientSecret?: string | undefined };

/** Puts the secrets in place. */
export function toConfiguredClients(
  clients: readonly PreRegisteredClient[],
  variables: Variables,
): ConfiguredClient[] {
  return clients.map((client) =>
    Object.assign(new PreRegisteredClient(), client, {
      clientSecret: namedSecret(client.clientSecretEnv, variables),
    }),
  );
}

/** What does not go together in a client, each as `member: what is wrong`. */
export function clientProblems(client: PreRegisteredClient, variables: Variables): string[] {
  const { grantTypes, redirectUris = [], tokenEndpointAuthMethod: method, clientSecretEnv } = client;
  const problems: string[] = [];
  const needsRedirect = Array.isArray(grantTypes) && grantTypes.includes('authorization_code');
  if (needsRedirect && redirectUris.length === 0) problems.push('redirectUris: must name at least one');
  if ((WITH_SECRET as readonly string[]).includes(method)) {
    if (clientSecretEnv === undefined) {
      problems.push(`clientSecretEnv: must name the environment variable with the secret for ${method}`);
    } else if (namedSecret(clientSecretEnv, variables) === undefined) {
      problems.push(`clientSecretEnv: the environment variable ${clientSecretEnv} is not set`);
    }
  }
  if (method === 'private_key_jwt' && (client.jwks === undefined) === (client.jwksUri === undefined)) {
    problems.push('jwks: private_key_jwt needs either jwks or jwksUri');
  }
  if (Array.isArray(grantTypes) && grantTypes.includes('client_credentials')) {
    if (method === 'none') problems.push('tokenEndpointAuthMethod: client_credentials needs one, not none');
    if (client.scopes === undefined)
      problems.push('scopes: client_credentials needs the scopes of the client');
  }
  return problems;
}
