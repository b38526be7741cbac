import {
  REVOCATION_PAGE_SIZE,
  type Revocation,
  type RevocationCursor,
  type RevocationPage,
} from '../../oauth/revocation-page.js';
import { REVOCATIONS } from '../../oauth/revocation-id.js';

/** Where a resource server learns what was revoked. */
export abstract class RevocationSource {
  /** @throws Error where it cannot be had */
  abstract page(cursor: RevocationCursor): Promise<RevocationPage>;
  /** Calls `listener` at once for what this very process revokes. Left out where that happens elsewhere. */
  readonly onRevocation?: (listener: (revocation: Revocation) => void) => () => void;
}

/** Asks the authorization server over HTTP. */
export class RemoteRevocationSource extends RevocationSource {
  constructor(
    private readonly origin: string,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  override async page({ since, after }: RevocationCursor): Promise<RevocationPage> {
    const url = new URL(REVOCATIONS, this.origin);
    url.search = new URLSearchParams({ since: String(since), after }).toString();
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(this.timeoutMs) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the authorization server answered ${response.status} for ${REVOCATIONS}`);
    }
    const page: unknown = await response.json();
    if (!isPage(page))
      throw new Error(`the authorization server answered ${REVOCATIONS} with something else`);
    return page;
  }
}

function isPage(value: unknown): value is RevocationPage {
  const { asOf, revocations, more } = (value ?? {}) as Partial<Record<keyof RevocationPage, unknown>>;
  return (
    Number.isSafeInteger(asOf) &&
    typeof more === 'boolean' &&
    Array.isArray(revocations) &&
    revocations.length <= REVOCATION_PAGE_SIZE &&
    revocations.every(isRevocation)
  );
}

function isRevocation(value: unknown): value is Revocation {
  const { id, revokedAt, expiresAt } = (value ?? {}) as Partial<Record<keyof Revocation, unknown>>;
  return typeof id === 'string' && Number.isSafeInteger(revokedAt) && Number.isSafeInteger(expiresAt);
}
