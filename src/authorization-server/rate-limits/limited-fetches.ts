import { Provider } from 'oidc-provider';
import type { ClientAddresses } from '../../http/client-address.js';
import { requestIdOf } from '../../http/request-id.js';
import type { RateLimits } from './rate-limits.js';

/** Counts a fetch for whoever sent the request that the engine answers. What it returns rejects with RateLimited where it is one too many. */
export function limitedFetches(limits: RateLimits, addresses: ClientAddresses): () => Promise<void> {
  return async () => {
    const request = Provider.ctx?.req;
    if (!request) return;
    await limits.count('metadataFetches', {
      address: addresses.of(request),
      requestId: requestIdOf(request),
    });
  };
}
