import type { INestApplicationContext } from '@nestjs/common';
import type { AuthorizationServerMetadata } from '../auth/authorization-server-metadata.js';
import { IssuerMetadata } from '../auth/issuers/issuer-metadata.js';
import { IssuerRequests } from '../auth/issuers/issuer-requests.js';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import { Metrics } from '../metrics/metrics.js';

/**
 * The document of the first issuer that is advertised, byte for byte, for clients that look for it at our origin (MCP 2025-03-26). One that
 * has only one of the two kinds of document answers with that one for both: old clients read the same members of either.
 */
export function externalMetadata(core: INestApplicationContext): AuthorizationServerMetadata {
  const { trustedIssuers, token } = core.get<GatehouseConfig>(GatehouseConfig);
  const [first] = trustedIssuers.filter(({ advertised }) => advertised);
  if (!first) throw new Error('no issuer is advertised');
  const { id, issuer, source } = first;
  const requests = new IssuerRequests(id, core.get(Metrics).keys);
  requests.announce(['discovery']);
  const documents = source.kind === 'discovery' ? source.documents : 'auto';
  const metadata = new IssuerMetadata({ issuer, documents, requests });
  let running: Promise<string> | undefined;
  return {
    document: () =>
      (running ??= metadata
        .read(AbortSignal.timeout(token.issuerTimeoutSeconds * 1000))
        .then(({ text }) => text)
        .finally(() => {
          running = undefined;
        })),
  };
}
