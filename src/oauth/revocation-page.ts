/** One revocation: the id that it is filed under, and two times in seconds since 1970. */
export interface Revocation {
  readonly id: string;
  readonly revokedAt: number;
  /** When the last token that it concerns has expired: from then on it may be forgotten. */
  readonly expiresAt: number;
}

/** Where a reader of revocations stands: behind the one with this time and this id. */
export interface RevocationCursor {
  /** Seconds since 1970. */
  readonly since: number;
  /** Empty: from the first one of that second. */
  readonly after: string;
}

/** Revocations in the order of time and id, at most `REVOCATION_PAGE_SIZE` of them. */
export interface RevocationPage {
  /** The clock of the authorization server when it read them: seconds since 1970. */
  readonly asOf: number;
  readonly revocations: readonly Revocation[];
  /** Whether another page follows. */
  readonly more: boolean;
}

export const REVOCATION_PAGE_SIZE = 1_000;

/** Where the next page begins. */
export function cursorBehind({ revokedAt, id }: Revocation): RevocationCursor {
  return { since: revokedAt, after: id };
}
