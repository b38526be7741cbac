import type Provider from 'oidc-provider';
import { ClientIdKeys } from '../../src/authorization-server/clients/client-id-keys.js';
import { MetadataDocuments } from '../../src/authorization-server/clients/metadata-documents.js';
import { SigningKeys } from '../../src/authorization-server/keys/signing-keys.js';
import { createProvider } from '../../src/authorization-server/oauth-provider.js';
import { RefreshTokenSuccession } from '../../src/authorization-server/refresh/refresh-token-succession.js';
import { createLogger } from '../../src/logging/logger.js';
import { Metrics } from '../../src/metrics/metrics.js';
import type { Database } from '../../src/storage/schema.js';
import { AUTHORIZATION_SERVER_OPTIONS } from './authorization-server-options.js';
import { SIGNING_KEY_OPTIONS } from './signing-key-options.js';

/** The engine over a database, as the application makes it, without a server around it. */
export async function authorizationEngine(
  database: Database,
): Promise<{ provider: Provider; keys: SigningKeys }> {
  const logger = createLogger('silent', { write: () => undefined });
  const keys = await SigningKeys.load(database, SIGNING_KEY_OPTIONS);
  const provider = createProvider(
    {
      database,
      keys,
      cookieKeys: ['key'],
      clientIdKeys: await ClientIdKeys.load(database),
      metadataDocuments: new MetadataDocuments(
        AUTHORIZATION_SERVER_OPTIONS,
        new Metrics({ processMetrics: false }),
        logger,
      ),
      succession: await RefreshTokenSuccession.load(database),
      signIn: {
        mode: 'development',
        database,
        sessions: { ofHeaders: () => Promise.resolve(undefined) },
        audit: { record: () => undefined },
      },
      options: AUTHORIZATION_SERVER_OPTIONS,
    },
    logger,
  );
  return { provider, keys };
}
