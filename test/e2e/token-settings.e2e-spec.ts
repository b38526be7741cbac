import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { tokenFor } from '../support/oauth-flow.js';
import { TokenForge } from '../support/token-forge.js';

describe('Token settings', () => {
  it('accepts the configured issuer and audience, and no longer its own', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'external-1', alg: 'RS256', use: 'sig' };
    const provider = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as AddressInfo;
    const issuer = 'https://identity.example.com';
    const gatehouse = await testGatehouse({
      variables: {
        TOKEN_ISSUER: issuer,
        TOKEN_AUDIENCE: 'mcp-server',
        TOKEN_JWKS_URL: `http://127.0.0.1:${port}/keys`,
      },
    });
    try {
      const token = await new SignJWT({ client_id: 'c', scope: 'mcp:tools:read' })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'external-1' })
        .setIssuer(issuer)
        .setAudience('mcp-server')
        .setSubject('u')
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey);
      expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
      const own = await (await TokenForge.of(gatehouse)).token();
      expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token: own })).status).toBe(401);
      const metadata = await fetch(`${gatehouse.proxy}/.well-known/oauth-protected-resource`);
      expect(await metadata.json()).toMatchObject({ authorization_servers: [issuer] });
    } finally {
      await gatehouse.stop();
      provider.close();
    }
  });

  // Far enough from the edge for the seconds that a request may take; jwt-auth.guard.spec.ts has the edge itself.
  it.each([
    ['0', 1, 401],
    ['120', 90, 200],
    ['120', 121, 401],
  ])('with %s s of clock skew, answers a token that expired %i s ago: %i', async (skew, ago, status) => {
    const gatehouse = await testGatehouse({ variables: { TOKEN_CLOCK_SKEW_SECONDS: skew } });
    try {
      const exp = Math.floor(Date.now() / 1000) - ago;
      const token = await (await TokenForge.of(gatehouse)).token({ claims: { exp } });
      expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(status);
    } finally {
      await gatehouse.stop();
    }
  });

  it('issues tokens for as long as it is told', async () => {
    const gatehouse = await testGatehouse({ variables: { ACCESS_TOKEN_TTL_SECONDS: '900' } });
    try {
      const { expires_in, access_token } = await tokenFor(gatehouse.proxy);
      const { exp, iat } = JSON.parse(
        Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString(),
      ) as {
        exp: number;
        iat: number;
      };
      expect(expires_in).toBe(900);
      expect(exp - iat).toBe(900);
    } finally {
      await gatehouse.stop();
    }
  });

  it('answers 503 with Retry-After, not 401, when the keys cannot be fetched', async () => {
    const gatehouse = await testGatehouse({
      variables: {
        TOKEN_ISSUER: 'https://identity.example.com',
        TOKEN_JWKS_URL: 'http://127.0.0.1:1/keys',
      },
    });
    try {
      const claims = { iss: 'https://identity.example.com' };
      const token = await (await TokenForge.of(gatehouse)).token({ claims });
      const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(response.headers.get('www-authenticate')).toBeNull();
      expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
    } finally {
      await gatehouse.stop();
    }
  });
});
