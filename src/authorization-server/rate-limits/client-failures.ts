import { decodeJwt } from 'jose';
import type { IncomingMessage } from 'node:http';
import type { ClientAddresses } from '../../http/client-address.js';
import { requestIdOf } from '../../http/request-id.js';
import type { Counted, RateLimits } from './rate-limits.js';

const LIMIT = 'clientFailures';
const BASIC = /^basic +([A-Za-z0-9+/=_-]+) *$/i;

/**
 * Bounds how often credentials of a client can be tried from one address. Other clients there, and that client elsewhere, go on.
 */
export class ClientFailures {
  readonly #attempts = new WeakMap<IncomingMessage, Counted>();

  constructor(
    private readonly limits: RateLimits,
    private readonly addresses: ClientAddresses,
  ) {}

  /** Before credentials are looked at. `request`: as the engine gets it. @throws RateLimited after too many wrong ones */
  require(request: IncomingMessage, body: string): void {
    const client = claimedClient(request.headers.authorization, new URLSearchParams(body));
    if (client === undefined) return;
    const attempt = { address: this.addresses.of(request), client, requestId: requestIdOf(request) };
    this.limits.requireRoom(LIMIT, attempt);
    this.#attempts.set(request, attempt);
  }

  /** The engine knows its answer, which waits for this: so the next request of the same client finds it counted. */
  async answered({ req, body }: { readonly req: IncomingMessage; readonly body: unknown }): Promise<void> {
    const { error } = (body ?? {}) as { error?: unknown };
    const attempt = this.#attempts.get(req);
    if (attempt && error === 'invalid_client') await this.limits.note(LIMIT, attempt);
  }
}

/** Who the client says it is (RFC 6749 section 2.3.1, RFC 7521 section 4.2), before anything of it is proved. */
export function claimedClient(authorization: string | undefined, form: URLSearchParams): string | undefined {
  const [, credentials] = BASIC.exec(authorization ?? '') ?? [];
  if (credentials !== undefined) {
    const [id = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':', 1);
    return new URLSearchParams(`id=${id.replaceAll('&', '%26')}`).get('id') ?? undefined;
  }
  return form.get('client_id') ?? subjectOf(form.get('client_assertion'));
}

function subjectOf(assertion: string | null): string | undefined {
  if (assertion === null) return undefined;
  try {
    const { sub } = decodeJwt(assertion);
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
