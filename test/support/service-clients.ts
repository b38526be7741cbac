import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertingClient, type AssertingClient } from './client-assertion.js';
import { testGatehouse, type TestGatehouse, type TestOptions } from './gatehouse.js';

const SCOPES = ['mcp:tools:read', 'mcp:tools:execute'];

/** Service accounts with a secret; the second one stands for a resource server that introspects. */
export const NIGHTLY_JOB = { clientId: 'nightly-job', secret: 'a secret of the nightly job, long enough' };
export const RESOURCE_SERVER = { clientId: 'orders-api', secret: 'a secret of the orders API, long enough' };

export interface ServiceGatehouse extends TestGatehouse {
  /** Authenticates with `private_key_jwt`. */
  readonly signing: AssertingClient;
  /** For another replica. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A Gatehouse that knows `NIGHTLY_JOB`, `RESOURCE_SERVER` and one client with a key of its own from its YAML file. */
export async function serviceGatehouse(options: TestOptions = {}): Promise<ServiceGatehouse> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-service-'));
  const signing = await assertingClient('signing-job');
  const shared = { grantTypes: ['client_credentials'], scopes: SCOPES };
  const clients = [
    {
      ...shared,
      clientId: NIGHTLY_JOB.clientId,
      clientName: 'Nightly job',
      tokenEndpointAuthMethod: 'client_secret_basic',
      clientSecretEnv: 'TEST_NIGHTLY_JOB_SECRET',
    },
    {
      ...shared,
      clientId: RESOURCE_SERVER.clientId,
      clientName: 'Orders API',
      tokenEndpointAuthMethod: 'client_secret_basic',
      clientSecretEnv: 'TEST_ORDERS_API_SECRET',
    },
    {
      ...shared,
      clientId: signing.clientId,
      clientName: 'Signing job',
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwks: { keys: [signing.publicJwk] },
    },
  ];
  const file = join(folder, 'gatehouse.yaml');
  await writeFile(file, JSON.stringify({ clients }));
  const settings = {
    GATEHOUSE_CONFIG_FILE: file,
    TEST_NIGHTLY_JOB_SECRET: NIGHTLY_JOB.secret,
    TEST_ORDERS_API_SECRET: RESOURCE_SERVER.secret,
  };
  const gatehouse = await testGatehouse({ ...options, variables: { ...settings, ...options.variables } });
  return {
    ...gatehouse,
    signing,
    settings,
    stop: async () => {
      await gatehouse.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** HTTP Basic for a client (RFC 6749 section 2.3.1). */
export function basic({ clientId, secret }: { clientId: string; secret: string }): Record<string, string> {
  return { authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`)}` };
}
