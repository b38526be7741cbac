import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLOW_REASONS } from '../../src/authorization-server/flows/flow-reason.js';
import { SimpleBrowser } from '../support/browser.js';
import { configurationFile } from '../support/configuration-file.js';
import { freePorts } from '../support/free-port.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { rpc } from '../support/mcp-client.js';
import { freshCode, INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import { refreshRequest } from '../support/races.js';
import { requestFrom } from '../support/request-from.js';
import { proveFailure, type Failing, type ScriptedFailure } from '../support/scripted-failure.js';
import { openTestDatabase } from '../support/test-database.js';
import { TokenForge } from '../support/token-forge.js';
import { reasonsOfThePage, sections } from '../support/troubleshooting.js';
import { authorizationUrl, entryFor, openIdGatehouse, press, signIn } from '../support/upstream-sign-in.js';

/** Failed by others: what needs PostgreSQL is in test/postgres. */
const ELSEWHERE = ['The database is away'];

const tokenRequest = (proxy: string, code: string, codeVerifier: string): Promise<Response> =>
  redeem(proxy, {
    grant_type: 'authorization_code',
    code,
    client_id: INSPECTOR.clientId,
    redirect_uri: INSPECTOR.redirectUri,
    code_verifier: codeVerifier,
  });

/** What a person gets who was sent to `/authorize`. */
const page = (gatehouse: TestGatehouse, changes: Record<string, string>): Promise<Response> =>
  new SimpleBrowser().open(authorizationUrl(gatehouse, changes));

/** Nothing listens at the port of tcpmux. */
const UNREACHABLE = 'https://localhost:1';

const IN_DEVELOPMENT: readonly ScriptedFailure[] = [
  {
    title: 'The list of resources is empty, or there are no tools',
    outsideOfFlows: true,
    fail: async ({ proxy, mcpUrl }) => {
      const { access_token: token } = await tokenFor(proxy, 'mcp:tools:read');
      return rpc(mcpUrl, 'resources/list', { token, version: '2025-11-25' });
    },
  },
  {
    title: 'PKCE failed',
    fail: async ({ proxy }) => tokenRequest(proxy, (await freshCode(proxy)).code, 'x'.repeat(43)),
  },
  {
    title: 'Discovery is not found',
    outsideOfFlows: true,
    fail: ({ proxy }) => fetch(`${proxy}/gate/.well-known/oauth-protected-resource/mcp`),
  },
  {
    title: 'The code was already used',
    fail: async ({ proxy }) => {
      const { code, codeVerifier } = await freshCode(proxy);
      await tokenRequest(proxy, code, codeVerifier);
      return tokenRequest(proxy, code, codeVerifier);
    },
  },
  {
    title: 'The application is not known any more',
    fail: (gatehouse) => page(gatehouse, { client_id: 'gh1.of-a-deployment-that-is-gone' }),
  },
  {
    title: 'The application comes back at an address that it did not register',
    fail: (gatehouse) => page(gatehouse, { redirect_uri: 'http://127.0.0.1:6274/oauth/callback/' }),
  },
  {
    title: 'The document of the application cannot be fetched',
    fail: (gatehouse) => page(gatehouse, { client_id: `${UNREACHABLE}/client.json` }),
  },
  {
    title: 'Users are signed out again and again',
    fail: async ({ proxy }) => {
      const { refresh_token: first } = await tokenFor(proxy);
      await redeem(proxy, refreshRequest(first));
      return redeem(proxy, refreshRequest(first));
    },
  },
  {
    title: 'The token is for another server',
    outsideOfFlows: true,
    fail: async (gatehouse) => {
      const forge = await TokenForge.of(gatehouse);
      const token = await forge.token({ claims: { aud: 'https://api.example.com' } });
      return rpc(gatehouse.mcpUrl, 'tools/list', { token });
    },
  },
  {
    title: 'Behind the ingress everything is forbidden',
    outsideOfFlows: true,
    fail: async ({ proxy }) => {
      const path = '/.well-known/oauth-protected-resource/mcp';
      const { status, headers, text } = await requestFrom('127.0.0.1', `${proxy}${path}`, {
        headers: { host: 'gate.internal' },
      });
      return new Response(text, {
        status,
        statusText: 'Forbidden',
        headers: headers as Record<string, string>,
      });
    },
  },
];

const AT_AN_IDENTITY_PROVIDER: readonly ScriptedFailure[] = [
  {
    title: 'The identity provider does not answer',
    fail: async (gatehouse) => {
      const browser = new SimpleBrowser();
      const choice = await browser.open(authorizationUrl(gatehouse));
      await idp.down();
      try {
        return await press(browser, gatehouse.proxy, await choice.text(), 'provider:corp');
      } finally {
        await idp.up();
      }
    },
  },
  {
    title: 'A user may not use it, and a colleague may',
    fail: (gatehouse) => {
      idp.signedIn = 'dave';
      return signIn(new SimpleBrowser(), gatehouse, { scope: 'mcp:tools:execute' });
    },
  },
];

let idp: TestIdentityProvider;

const LIMITED: readonly ScriptedFailure[] = [
  {
    title: 'Many people behind one address are refused',
    outsideOfFlows: true,
    fail: async (gatehouse) => {
      for (let colleague = 0; colleague < 3; colleague++) await page(gatehouse, {});
      return page(gatehouse, {});
    },
  },
];

const WITHOUT_KEYS: readonly ScriptedFailure[] = [
  {
    title: 'Tokens cannot be checked',
    outsideOfFlows: true,
    fail: async (gatehouse) => {
      const forge = await TokenForge.of(gatehouse);
      return rpc(gatehouse.mcpUrl, 'tools/list', { token: await forge.token() });
    },
  },
];

describe('docs/troubleshooting.md', () => {
  it('has every reason, with what to do, and no other', () => {
    expect(reasonsOfThePage()).toEqual(FLOW_REASONS);
  });

  it('tells of no failure that is not brought about, and begins with the four classic ones', () => {
    const scripted = [...IN_DEVELOPMENT, ...AT_AN_IDENTITY_PROVIDER, ...LIMITED, ...WITHOUT_KEYS].map(
      ({ title }) => title,
    );
    const titles = sections().map(({ title }) => title);
    expect(titles.toSorted()).toEqual([...scripted, ...ELSEWHERE].toSorted());
    expect(titles.slice(0, 4)).toEqual(scripted.slice(0, 4));
  });
});

/** A Gatehouse that runs while its failures are brought about. */
function failsAt(
  what: string,
  start: () => Promise<TestGatehouse>,
  failures: readonly ScriptedFailure[],
): void {
  describe(`What docs/troubleshooting.md says of failures ${what}`, () => {
    let running: Failing;

    beforeAll(async () => {
      const gatehouse = await start();
      running = { gatehouse, database: await openTestDatabase(gatehouse.dataDirectory) };
    });

    afterAll(async () => {
      await running.database.destroy();
      await running.gatehouse.stop();
    });

    it.each(failures)('$title', async (failure) => {
      await expect(proveFailure(failure, running)).resolves.toBeUndefined();
    });
  });
}

describe('Failures', () => {
  beforeAll(async () => {
    idp = await TestIdentityProvider.start({ users: [{ sub: 'dave' }] });
  });
  afterAll(async () => {
    await idp.down();
  });

  failsAt(
    'of clients',
    () =>
      testGatehouse({
        variables: { REFRESH_TOKEN_GRACE_SECONDS: '0', DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: 'true' },
      }),
    IN_DEVELOPMENT,
  );
  failsAt('of sign-ins', () => openIdGatehouse([entryFor(idp)]), AT_AN_IDENTITY_PROVIDER);
  failsAt(
    'of limits',
    async () => {
      const file = await configurationFile({ rateLimits: { authorize: 3 } });
      try {
        return await testGatehouse({ variables: { GATEHOUSE_CONFIG_FILE: file.path } });
      } finally {
        await file.remove();
      }
    },
    LIMITED,
  );
  failsAt(
    'of keys',
    async () => {
      const [port = 0] = await freePorts(1);
      return testGatehouse({ variables: { TOKEN_JWKS_URL: `http://127.0.0.1:${port}/keys` } });
    },
    WITHOUT_KEYS,
  );
});
