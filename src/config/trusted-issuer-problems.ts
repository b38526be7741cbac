import { isLoopback } from './loopback.js';
import { namedSecret, type Variables } from './named-secret.js';
import type { TrustedIssuerEntry } from './trusted-issuer-entry.js';
import { PRESETS } from './trusted-issuer-presets.js';

/** What is wrong with the list that the rules on each member cannot see, and how to mend it. */
export function trustedIssuerProblems(
  entries: readonly TrustedIssuerEntry[],
  taken: { readonly issuers: readonly string[] },
  variables: Variables,
): string[] {
  const problems = entries.flatMap((entry, index) => {
    const at = `trustedIssuers.${index} (${entry.id})`;
    const before = entries.slice(0, index);
    return [
      ...(before.some(({ id }) => id === entry.id) ? ['id is taken already'] : []),
      ...(before.some(({ issuer }) => issuer === entry.issuer) ? ['issuer is there already'] : []),
      ...(taken.issuers.includes(entry.issuer)
        ? ['issuer is the one of PUBLIC_URL or TOKEN_ISSUER already']
        : []),
      ...addressProblems(entry),
      ...sourceProblems(entry, variables),
      ...audienceProblems(entry),
      ...mapProblems(entry),
    ].map((problem) => `${at}: ${problem}`);
  });
  if (entries.filter(({ introspection }) => introspection).length > 1) {
    problems.push(
      'trustedIssuers: at most one may have introspection: an opaque token does not say who issued it, and is shown to nobody else',
    );
  }
  return problems;
}

function addressProblems({ issuer, jwksUrl, introspection }: TrustedIssuerEntry): string[] {
  const urls = { issuer, jwksUrl, 'introspection.endpoint': introspection?.endpoint };
  return Object.entries(urls).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const { protocol, hostname, search, hash, username, password } = new URL(value);
    return [
      ...(protocol !== 'https:' && !isLoopback(hostname)
        ? [`${name} must be https; http is for a provider on this computer only`]
        : []),
      ...(hash || username || password ? [`${name} must have no fragment and no credentials`] : []),
      ...(name === 'issuer' && search ? ['issuer must have no query'] : []),
    ];
  });
}

function sourceProblems(
  { jwksUrl, introspection, preset }: TrustedIssuerEntry,
  variables: Variables,
): string[] {
  const problems: string[] = [];
  if (introspection && jwksUrl !== undefined) {
    problems.push('jwksUrl and introspection cannot both say how tokens are verified; leave one out');
  }
  if (introspection && !namedSecret(introspection.clientSecretEnv, variables)) {
    problems.push(
      `introspection: set the environment variable ${introspection.clientSecretEnv} to the client secret`,
    );
  }
  if (introspection && preset === 'google') {
    problems.push('introspection: Google has no such endpoint; see docs/identity-providers.md');
  }
  return problems;
}

function audienceProblems(entry: TrustedIssuerEntry): string[] {
  const preset = entry.preset === undefined ? {} : PRESETS[entry.preset];
  const mode = entry.audienceMode ?? preset.audienceMode ?? (entry.audiences ? 'alias' : 'resource');
  if (mode === 'resource') {
    return entry.audiences
      ? ['audiences: audienceMode resource accepts PUBLIC_URL + /mcp only; leave one of the two out']
      : [];
  }
  if (!entry.audiences) {
    const what = mode === 'alias' ? 'what may be in aud' : 'the clients whose tokens are accepted';
    return [`audiences: audienceMode ${mode} needs the list of ${what}`];
  }
  const tokenTypes = entry.tokenTypes ?? preset.tokenTypes ?? ['at+jwt'];
  const required = entry.requiredClaims ?? preset.requiredClaims ?? {};
  if (mode === 'client-id' && !entry.introspection && Object.keys(required).length === 0) {
    const loose = tokenTypes.filter((type) => type !== 'at+jwt');
    if (loose.length > 0) {
      return [
        `requiredClaims: with audienceMode client-id and tokenTypes ${loose.join(', ')} nothing keeps ID tokens out; name a claim that only access tokens have`,
      ];
    }
  }
  return [];
}

function mapProblems({ requiredClaims = {}, scopeMap, groupScopes }: TrustedIssuerEntry): string[] {
  const maps = { requiredClaims, scopeMap, groupScopes };
  return Object.entries(maps).flatMap(([name, map]) =>
    Object.entries(map)
      .filter(([, value]) => ![value].flat().every((one) => typeof one === 'string' && one !== ''))
      .map(([key]) => `${name}.${key} must be a string or a list of strings`),
  );
}
