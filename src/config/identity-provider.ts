import {
  ArrayContains,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  MinLength,
  NotEquals,
} from 'class-validator';
import { namedSecret, type Variables } from './named-secret.js';

const TEXTS = { each: true, message: 'each must be a string' };

/** An upstream OpenID provider at which users sign in, as the YAML file describes it. */
export class IdentityProviderEntry {
  /** Part of the `sub` of its users and of its redirect URI: it cannot be changed later. */
  @Matches(/^[a-z0-9][a-z0-9-]{0,31}$/, {
    message: 'must be at most 32 lower-case letters, digits and hyphens',
  })
  @NotEquals('development', { message: 'must not be "development", which is the development sign-in' })
  id!: string;

  @IsString()
  @MinLength(1)
  displayName!: string;

  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  issuer!: string;

  @IsString()
  @MinLength(1)
  clientId!: string;

  /** Name of the environment variable that has the secret. */
  @IsOptional()
  @Matches(/^[A-Za-z_][A-Za-z0-9_]*$/, { message: 'must be the name of an environment variable' })
  clientSecretEnv?: string;

  @IsOptional()
  @IsIn(['none', 'client_secret_basic', 'client_secret_post'])
  tokenEndpointAuthMethod?: 'none' | 'client_secret_basic' | 'client_secret_post';

  @IsArray()
  @IsString(TEXTS)
  @ArrayContains(['openid'], { message: 'must contain openid' })
  scopes: string[] = ['openid', 'profile', 'email'];

  @IsString()
  @MinLength(1)
  subjectClaim = 'sub';

  @IsOptional()
  @IsString()
  @MinLength(1)
  displayNameClaim?: string;

  @IsString()
  @MinLength(1)
  groupsClaim = 'groups';

  /** Group, to the MCP scopes that its members may be granted. */
  @IsObject()
  groupScopes: Record<string, string[]> = {};

  /** MCP scopes that everybody who signs in there may be granted. */
  @IsArray()
  @IsString(TEXTS)
  defaultScopes: string[] = [];

  @IsArray()
  @IsString(TEXTS)
  administratorGroups: string[] = [];

  /** Domains of verified `email` addresses that are let in; everybody where left out. */
  @IsOptional()
  @IsArray()
  @Matches(/^[a-z0-9.-]+$/, { each: true, message: 'each must be a domain such as example.com' })
  allowedDomains?: string[];
}

/** The same, checked, with the secret in place of its name. */
export interface IdentityProvider extends Readonly<
  Omit<IdentityProviderEntry, 'clientSecretEnv' | 'tokenEndpointAuthMethod'>
> {
  readonly tokenEndpointAuthMethod: 'none' | 'client_secret_basic' | 'client_secret_post';
  readonly clientSecret: string | undefined;
}

/** What is wrong with the list that the rules on each member cannot see, and how to mend it. */
export function identityProviderProblems(
  entries: readonly IdentityProviderEntry[],
  variables: Variables,
  isLoopback: (hostname: string) => boolean,
): string[] {
  const problems: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const at = `identityProviders.${index} (${entry.id})`;
    const { protocol, hostname, search, hash } = new URL(entry.issuer);
    if (entries.findIndex(({ id }) => id === entry.id) !== index) problems.push(`${at}: id is taken already`);
    if (protocol !== 'https:' && !isLoopback(hostname)) {
      problems.push(`${at}: issuer must be https; http is for an identity provider on this computer only`);
    }
    if (search || hash) problems.push(`${at}: issuer must have no query and no fragment`);
    for (const [group, scopes] of Object.entries(entry.groupScopes)) {
      if (!Array.isArray(scopes) || scopes.some((scope) => typeof scope !== 'string')) {
        problems.push(`${at}: groupScopes.${group} must be a list of scopes`);
      }
    }
    if (entry.clientSecretEnv !== undefined && !namedSecret(entry.clientSecretEnv, variables)) {
      problems.push(`${at}: set the environment variable ${entry.clientSecretEnv} to the client secret`);
    }
    if (methodOf(entry) !== 'none' && entry.clientSecretEnv === undefined) {
      problems.push(
        `${at}: tokenEndpointAuthMethod ${methodOf(entry)} needs clientSecretEnv, the name of the environment variable with the secret`,
      );
    }
  }
  return problems;
}

/** Puts the secrets in place. */
export function toIdentityProviders(
  entries: readonly IdentityProviderEntry[],
  variables: Variables,
): IdentityProvider[] {
  return entries.map(({ clientSecretEnv: _name, ...entry }, index) => {
    const original = entries[index] as IdentityProviderEntry;
    return {
      ...entry,
      tokenEndpointAuthMethod: methodOf(original),
      clientSecret: namedSecret(original.clientSecretEnv, variables),
    };
  });
}

function methodOf({ tokenEndpointAuthMethod, clientSecretEnv }: IdentityProviderEntry) {
  return tokenEndpointAuthMethod ?? (clientSecretEnv === undefined ? 'none' : 'client_secret_basic');
}
