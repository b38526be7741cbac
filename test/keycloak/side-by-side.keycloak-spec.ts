import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rpc } from '../support/mcp-client.js';
import { addresses, startBuilt, type BuiltGatehouse } from './gatehouse.js';
import { run } from '../support/built-program.js';
import { Realm } from './realm.js';

describe('our own authorization server beside Keycloak', () => {
  let gatehouse: BuiltGatehouse;
  let realm: Realm;

  beforeAll(async () => {
    const at = await addresses();
    realm = await Realm.prepare('beside', at.proxy);
    await realm.passwordClient('tests');
    gatehouse = await startBuilt(at, {
      trustedIssuers: [{ id: 'keycloak', preset: 'keycloak', issuer: realm.issuer }],
    });
  });

  afterAll(() => gatehouse.stop());

  it('names both, and takes tokens of both', async () => {
    const metadata = await fetch(`${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp`);
    expect(((await metadata.json()) as { authorization_servers: string[] }).authorization_servers).toEqual([
      gatehouse.proxy,
      realm.issuer,
    ]);
    const theirs = await realm.accessToken('tests');
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token: theirs })).status).toBe(200);
    const ours = await ownToken();
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token: ours })).status).toBe(200);
  });

  it('takes no token of the one that is signed by the other', async () => {
    const [ourHead, ourClaims] = (await ownToken()).split('.');
    const [theirHead, theirClaims, theirSignature] = (await realm.accessToken('tests')).split('.');
    for (const token of [
      `${theirHead}.${ourClaims}.${theirSignature}`,
      `${ourHead}.${theirClaims}.${theirSignature}`,
    ]) {
      const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
      expect(response.status).toBe(401);
    }
  });

  /** As `npm run token` prints it. */
  async function ownToken(): Promise<string> {
    const program = run('cli/token.js', gatehouse.variables);
    expect(await program.exited).toBe(0);
    return program.output().trim();
  }
});
