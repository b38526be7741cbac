/** What a token says of itself before anybody has checked it. */
export type UnverifiedToken =
  | { readonly kind: 'opaque' }
  | {
      readonly kind: 'jwt';
      readonly header: Readonly<Record<string, unknown>>;
      /** Undefined for what is no JSON object. */
      readonly payload: Readonly<Record<string, unknown>> | undefined;
    };

const OPAQUE: UnverifiedToken = { kind: 'opaque' };

/**
 * Three parts of which the first is a JSON object are a JWT (RFC 7519 section 7.2), everything else is opaque. For choosing who checks it, and
 * for nothing else.
 */
export function readUnverified(rawToken: string): UnverifiedToken {
  const parts = rawToken.split('.');
  if (parts.length !== 3) return OPAQUE;
  const header = jsonObject(parts[0] as string);
  return header ? { kind: 'jwt', header, payload: jsonObject(parts[1] as string) } : OPAQUE;
}

const CHARACTERS = /^[\w.-]*$/;
/** RFC 4648 section 5: by how many characters are left of a group of four, the last ones that have no bit which decodes to nothing. */
const LAST_CHARACTERS = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048'];

/**
 * Whether each part is base64url as RFC 7515 section 2 has it. What decodes a signature is lenient: without this, many texts would pass
 * for the same token.
 */
export function isStrictlyEncoded(rawToken: string): boolean {
  return CHARACTERS.test(rawToken) && rawToken.split('.').every(hasNoLooseBits);
}

function hasNoLooseBits(part: string): boolean {
  return LAST_CHARACTERS[part.length % 4]?.includes(part.at(-1) ?? ' ') ?? true;
}

function jsonObject(part: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
