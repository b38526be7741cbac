import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { freshCode, redeem } from '../support/oauth-flow.js';

describe('Clients of the configuration file', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-clients-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const withClients = async (...clients: object[]): Promise<TestGatehouse> => {
    const file = join(folder, 'gatehouse.yaml');
    await writeFile(file, JSON.stringify({ clients }));
    return testGatehouse({ variables: { GATEHOUSE_CONFIG_FILE: file } });
  };

  it('complete the flow without registration', async () => {
    const redirectUris = ['https://reports.example.com/cb', 'http://localhost/cb'];
    const gatehouse = await withClients({ clientId: 'reports', clientName: 'Reports', redirectUris });
    try {
      for (const redirect_uri of ['https://reports.example.com/cb', 'http://localhost:5123/cb']) {
        const { code, codeVerifier } = await freshCode(gatehouse.proxy, {
          client_id: 'reports',
          redirect_uri,
        });
        const answer = await redeem(gatehouse.proxy, {
          grant_type: 'authorization_code',
          code,
          client_id: 'reports',
          code_verifier: codeVerifier,
        });
        expect(await answer.json()).toHaveProperty('refresh_token');
      }
    } finally {
      await gatehouse.stop();
    }
  });

  it('stop the start when their answers could go astray', async () => {
    const redirectUris = ['https://reports.example.com/cb', 'http://reports.example.com/cb'];
    await expect(withClients({ clientId: 'reports', clientName: 'Reports', redirectUris })).rejects.toThrow(
      'GATEHOUSE_CONFIG_FILE: client reports: redirectUris: http://reports.example.com/cb is neither https nor loopback',
    );
  });

  it('stop the start when they could never get what they may ask for', async () => {
    const entry = { clientId: 'reports', clientName: 'Reports', redirectUris: ['http://localhost/cb'] };
    await expect(withClients({ ...entry, scopes: ['mcp:tools:read', 'weather:read'] })).rejects.toThrow(
      'GATEHOUSE_CONFIG_FILE: client reports: scopes: weather:read is no scope of the authorization server; it knows mcp:tools:read',
    );
  });
});
