export type Claims = Readonly<Record<string, unknown>>;

/**
 * A claim by its name; or, where there is none of that name, by a path of names between dots (`realm_access.roles`) or a JSON pointer
 * (RFC 6901: `/resource_access/my.client/roles`).
 */
export function claimValue(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  const path = name.startsWith('/')
    ? name
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    : name.split('.');
  let value: unknown = claims;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Claims)[part];
  }
  return value;
}

/**
 * The names in a claim: a list of texts, a text with spaces between them, or a map whose keys they are. Undefined for everything else.
 */
export function namesIn(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value.split(' ').filter((name) => name !== '');
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value : undefined;
  return typeof value === 'object' && value !== null ? Object.keys(value) : undefined;
}
