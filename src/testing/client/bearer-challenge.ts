/** What a `WWW-Authenticate` header of the Bearer scheme says (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface ParsedChallenge {
  /** Such as `invalid_token` or `insufficient_scope`; undefined where the request carried no credentials. */
  readonly error?: string;
  readonly errorDescription?: string;
  /** The scopes to ask for; empty where the challenge names none. */
  readonly scopes: readonly string[];
  /** Where the protected resource describes itself. */
  readonly resourceMetadata?: string;
}

/** `name=token` or `name="quoted \" string"` (RFC 9110 section 11.2). */
const PARAMETER = /([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+.^`|~-]+))/g;

/** Reads the header; undefined where there is none, or none of the Bearer scheme. */
export function parseBearerChallenge(header: string | null | undefined): ParsedChallenge | undefined {
  if (!header || !/^bearer(?: |$)/i.test(header)) return undefined;
  const parameters = new Map(
    [...header.matchAll(PARAMETER)].map(([, name = '', quoted, token]) => [
      name.toLowerCase(),
      quoted?.replace(/\\(.)/g, '$1') ?? token ?? '',
    ]),
  );
  const error = parameters.get('error');
  const errorDescription = parameters.get('error_description');
  const resourceMetadata = parameters.get('resource_metadata');
  return {
    ...(error === undefined ? {} : { error }),
    ...(errorDescription === undefined ? {} : { errorDescription }),
    scopes: (parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== ''),
    ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
  };
}
