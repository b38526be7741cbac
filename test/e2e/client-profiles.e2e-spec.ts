import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientProfiles, ProfileRunner, type KnownClient, type Way } from '../support/client-profile.js';
import { documentHost, type DocumentHost } from '../support/document-host.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import type { TokenResponse } from '../support/oauth-flow.js';

const PROFILES = clientProfiles();

describe('Client profiles', () => {
  let host: DocumentHost;
  let gatehouse: TestGatehouse;
  let runner: ProfileRunner;

  beforeAll(async () => {
    host = await documentHost();
    gatehouse = await testGatehouse({ variables: { DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: 'true' } });
    runner = new ProfileRunner(gatehouse, host);
  });
  afterAll(async () => {
    await gatehouse.stop();
    await host.stop();
  });

  it.each(PROFILES.map((way) => [way.client, way.name, way] as const))(
    '%s, %s: signs in, calls the MCP server, refreshes',
    async (_client, _name, way) => {
      expect(way.source.length).toBeGreaterThan(0);
      const client = await runner.introduce(way);
      const authorized = await runner.authorize(client);
      expect(authorized.response.status).toBe(303);
      const { state, redirect_uri: redirectUri } = authorized.sent;
      expect(authorized.response.headers.get('location')?.split('?', 1)).toEqual([redirectUri]);
      expect(authorized.callback.get('state')).toBe(state);
      expect(authorized.callback.get('iss')).toBe(gatehouse.proxy);
      const response = await runner.redeem(client, authorized);
      const tokens = (await response.json()) as TokenResponse;
      expect(tokens).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String) as string });
      expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token: tokens.access_token })).status).toBe(200);
      const refreshed = (await (await runner.refresh(client, tokens.refresh_token)).json()) as TokenResponse;
      expect(refreshed.scope).toBe(tokens.scope);
      expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token: refreshed.access_token })).status).toBe(200);
    },
  );

  const way = (client: string, name: string): Way => {
    const found = PROFILES.find((profile) => profile.client === client && profile.name === name);
    if (!found) throw new Error(`no profile: ${client}, ${name}`);
    return found;
  };
  const introduced = (client: string, name: string): Promise<KnownClient> =>
    runner.introduce(way(client, name));
  const DCR = 'dynamic registration';
  const CIMD = 'metadata document';

  describe('Claude', () => {
    it('registers as a confidential client, is given a secret, and must use it', async () => {
      const client = await introduced('Claude', DCR);
      expect(client.registered).toMatchObject({
        token_endpoint_auth_method: 'client_secret_post',
        client_secret: expect.any(String) as string,
      });
      const authorized = await runner.authorize(client);
      const withoutSecret: KnownClient = {
        ...client,
        authentication: () => Promise.resolve({ parameters: { client_id: client.clientId }, headers: {} }),
      };
      expect((await runner.redeem(withoutSecret, authorized)).status).toBe(401);
      expect((await runner.redeem(client, authorized)).status).toBe(200);
    });

    it('registers again for every connection, and the clients of before go on', async () => {
      const before = await introduced('Claude', DCR);
      const { refresh_token: refreshToken } = await runner.signIn(before);
      const after = await introduced('Claude', DCR);
      expect(after.clientId).not.toBe(before.clientId);
      await runner.signIn(after);
      expect((await runner.refresh(before, refreshToken)).status).toBe(200);
    });

    it('is told its scopes by the challenge, and need not make up "claudeai"', async () => {
      const { sent } = await runner.authorize(await introduced('Claude', DCR));
      expect(sent['scope']?.split(' ')).toContain('mcp:tools:read');
      expect(sent['scope']).not.toContain('offline_access');
    });

    it('takes CIMD only from a server that also says "none"', async () => {
      const metadata = await fetch(`${gatehouse.proxy}/.well-known/oauth-authorization-server`);
      expect(await metadata.json()).toMatchObject({
        client_id_metadata_document_supported: true,
        token_endpoint_auth_methods_supported: expect.arrayContaining(['none']) as string[],
      });
    });
  });

  describe('Claude Code', () => {
    it.each(['http://localhost:1025/callback', 'http://127.0.0.1:65535/callback'])(
      'answers at %s, while its document names no port',
      async (redirectUri) => {
        const client = await introduced('Claude Code', CIMD);
        expect(await runner.signIn(client, { redirect_uri: redirectUri })).toHaveProperty('refresh_token');
      },
    );

    it('may change the port, and nothing else', async () => {
      const client = await introduced('Claude Code', CIMD);
      for (const elsewhere of ['http://localhost:1025/other', 'http://127.0.0.2:1025/callback']) {
        await expect(runner.authorize(client, { redirect_uri: elsewhere })).rejects.toThrow(
          'no redirect but 400',
        );
      }
    });

    it('shares one refresh token among its processes, which refresh at the same time', async () => {
      const client = await introduced('Claude Code', CIMD);
      const { refresh_token: shared } = await runner.signIn(client);
      const answers = await Promise.all(Array.from({ length: 4 }, () => runner.refresh(client, shared)));
      const tokens = await Promise.all(answers.map(async (answer) => (await answer.json()) as TokenResponse));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(new Set(tokens.map(({ refresh_token: next }) => next)).size).toBe(1);
    });
  });

  describe('ChatGPT', () => {
    it('must sign its token requests, also with a document that allows "none" beside it', async () => {
      const client = await introduced('ChatGPT', CIMD);
      const authorized = await runner.authorize(client);
      const unsigned: KnownClient = {
        ...client,
        authentication: () => Promise.resolve({ parameters: { client_id: client.clientId }, headers: {} }),
      };
      expect((await runner.redeem(unsigned, authorized)).status).toBe(401);
      expect((await runner.redeem(client, authorized)).status).toBe(200);
    });

    it('has a callback for each app, and one app cannot use that of another', async () => {
      const client = await introduced('ChatGPT', 'metadata document of one app');
      await expect(
        runner.authorize(client, { redirect_uri: 'https://chatgpt.com/connector/oauth/anotherApp00' }),
      ).rejects.toThrow('no redirect but 400');
    });

    it('uses its stable callback only with a server that says who answered (RFC 9207)', async () => {
      const metadata = await fetch(`${gatehouse.proxy}/.well-known/oauth-authorization-server`);
      expect(await metadata.json()).toHaveProperty('authorization_response_iss_parameter_supported', true);
    });

    it('sends an empty scope, which is no error', async () => {
      const client = await introduced('ChatGPT', DCR);
      expect(client.way.authorization['scope']).toBe('');
      expect(await runner.signIn(client)).toHaveProperty('refresh_token');
    });
  });

  describe('VS Code', () => {
    it('answers at another port when its own is taken', async () => {
      const client = await introduced('VS Code', CIMD);
      await expect(
        runner.signIn(client, { redirect_uri: 'http://127.0.0.1:59656/' }),
      ).resolves.toHaveProperty('refresh_token');
    });

    it('answers at vscode.dev in the browser', async () => {
      const client = await introduced('VS Code', DCR);
      for (const redirect_uri of ['https://vscode.dev/redirect', 'https://insiders.vscode.dev/redirect']) {
        expect(await runner.signIn(client, { redirect_uri })).toHaveProperty('refresh_token');
      }
    });

    it('names the device grant, which is passed over', async () => {
      const { way: profile } = await introduced('VS Code', CIMD);
      const grants = profile.document?.['grant_types'] as string[];
      const client = await runner.introduce({
        ...way('VS Code', DCR),
        registration: { ...way('VS Code', DCR).registration, grant_types: grants },
      });
      expect(client.registered['grant_types']).toEqual(['authorization_code', 'refresh_token']);
    });
  });

  describe('Cursor', () => {
    it.each([
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
    ])('registers three redirect URIs at once, and answers at %s too', async (redirectUri) => {
      const client = await introduced('Cursor', DCR);
      expect(client.registered['redirect_uris']).toHaveLength(3);
      expect(await runner.signIn(client, { redirect_uri: redirectUri })).toHaveProperty('refresh_token');
    });
  });

  describe('Codex', () => {
    it('asks for all that the server offers, not for what the challenge names', async () => {
      const client = await introduced('Codex', DCR);
      const { sent } = await runner.authorize(client);
      const asked = sent['scope']?.split(' ') ?? [];
      expect(asked).toContain('offline_access');
      const { scope } = await runner.signIn(client);
      expect(new Set([...scope.split(' '), 'offline_access'])).toEqual(new Set(asked));
    });

    it('comes back with a refresh token of a moment ago', async () => {
      const client = await introduced('Codex', DCR);
      const { refresh_token: first } = await runner.signIn(client);
      const { refresh_token: second } = (await (await runner.refresh(client, first)).json()) as TokenResponse;
      const again = (await (await runner.refresh(client, first)).json()) as TokenResponse;
      expect(again.refresh_token).toBe(second);
    });
  });

  describe('GitHub Copilot', () => {
    it('compares the issuer byte for byte (RFC 8414 section 3.3)', async () => {
      const resource = await fetch(`${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp`);
      const { authorization_servers: [issuer] = [] } = (await resource.json()) as Record<string, string[]>;
      const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
      expect(await metadata.json()).toHaveProperty('issuer', issuer);
    });
  });

  describe('Copilot Studio', () => {
    const DISCOVERY = 'Copilot Studio, dynamic discovery';
    const COPILOT = 'GitHub Copilot and Copilot Studio';

    it('does not say how it authenticates, and is given the secret that it cannot do without', async () => {
      const { registered } = await introduced(COPILOT, DISCOVERY);
      expect(registered).toMatchObject({
        token_endpoint_auth_method: 'client_secret_basic',
        client_secret: expect.any(String) as string,
      });
    });

    it('sends neither scope nor resource, and its token is for the MCP server', async () => {
      const client = await introduced(COPILOT, DISCOVERY);
      const { sent } = await runner.authorize(client);
      expect(sent).not.toHaveProperty('scope');
      expect(sent).not.toHaveProperty('resource');
      const { access_token: token } = await runner.signIn(client);
      expect(decodeJwt(token).aud).toBe(gatehouse.mcpUrl);
    });
  });

  describe('MCP Inspector', () => {
    it('asks for consent each time, with offline_access', async () => {
      const client = await introduced('MCP Inspector', 'web, dynamic registration');
      const first = await runner.signIn(client);
      const second = await runner.signIn(client);
      expect(second.refresh_token).not.toBe(first.refresh_token);
    });
  });

  describe('mcp-remote', () => {
    it('names its software and its scopes, which changes nothing', async () => {
      const { registered } = await introduced('mcp-remote', DCR);
      expect(Object.keys(registered)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(software_|scope)/)]),
      );
    });
  });
});
