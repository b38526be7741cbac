interface Described {
  readonly name: string;
  readonly title?: string;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** In `_meta` of a listed capability that the caller's token does not cover: the scopes that using it takes. Empty where none would help. */
export const REQUIRED_SCOPES_META = 'gatehouse/requiredScopes';

/** A description as a caller sees it who cannot use what it describes yet: the title says so, and `_meta` what to ask for. */
export function locked<Description extends Described>(
  description: Description,
  scopes: readonly string[],
): Description {
  const { name, title = name, _meta } = description;
  return {
    ...description,
    title: `${title} (locked)`,
    _meta: { ..._meta, [REQUIRED_SCOPES_META]: scopes },
  };
}
