import type { AdapterPayload } from 'oidc-provider';
import type { Database } from '../../storage/schema.js';
import { EntityAdapter } from '../entity-adapter.js';
import type { ClientIdKeys } from './client-id-keys.js';
import { isDenied } from './denied-clients.js';
import { clientSecretFor, registrationOf } from './stateless-client-id.js';

const WITH_SECRET: ReadonlySet<unknown> = new Set(['client_secret_basic', 'client_secret_post']);

/** Registered clients: read from their identifiers, or, where they registered long ago, from the database. Nothing is stored. */
export class ClientAdapter extends EntityAdapter {
  constructor(
    database: Database,
    private readonly keys: ClientIdKeys,
  ) {
    super(database, 'Client');
  }

  override upsert(): Promise<void> {
    return Promise.resolve();
  }

  override async find(clientId: string): Promise<AdapterPayload | undefined> {
    const registration = await registrationOf(clientId, this.keys);
    const client = registration
      ? await this.#registered(clientId, registration)
      : clientId.includes('://')
        ? undefined
        : await super.find(clientId);
    return client && !(await isDenied(this.database, clientId)) ? client : undefined;
  }

  async #registered(
    clientId: string,
    { iat, n: _nonce, ...metadata }: Readonly<Record<string, unknown>>,
  ): Promise<AdapterPayload> {
    const secret = WITH_SECRET.has(metadata['token_endpoint_auth_method'])
      ? { client_secret: await clientSecretFor(clientId, this.keys), client_secret_expires_at: 0 }
      : {};
    return { ...metadata, ...secret, client_id: clientId, client_id_issued_at: iat } as AdapterPayload;
  }
}
