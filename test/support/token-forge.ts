import { SigningKeys } from '../../src/authorization-server/keys/signing-keys.js';
import { MCP_SCOPES } from '../../src/oauth/scopes.js';
import { TokenMint } from '../../src/testing/tokens/token-mint.js';
import type { TestGatehouse } from './gatehouse.js';
import { SIGNING_KEY_OPTIONS } from './signing-key-options.js';
import { openTestDatabase } from './test-database.js';

export type { ForgedToken } from '../../src/testing/tokens/token-mint.js';

/** Signs tokens with the keys of an authorization server that runs anywhere: it reads them from the database. */
export class TokenForge extends TokenMint {
  static async of(gatehouse: TestGatehouse): Promise<TokenForge> {
    const database = await openTestDatabase(gatehouse.dataDirectory);
    const keys = await SigningKeys.load(database, SIGNING_KEY_OPTIONS);
    await database.destroy();
    const defaults = { issuer: gatehouse.proxy, audience: gatehouse.mcpUrl, scopes: Object.keys(MCP_SCOPES) };
    return new TokenForge(
      { currentKey: () => keys.currentKey(), publicJwks: keys.publicJwks },
      () => defaults,
    );
  }

  withScope(...scopes: string[]): Promise<string> {
    return this.token({ claims: { scope: scopes.join(' ') } });
  }
}
