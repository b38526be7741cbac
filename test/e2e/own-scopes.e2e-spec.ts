import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import { configurationFile } from '../support/configuration-file.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { rpc } from '../support/mcp-client.js';
import { authorize, callbackParameters, INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import type { TokenResponse } from '../support/oauth-flow.js';
import { authorizationUrl, entryFor, openIdGatehouse, signIn, tokenOf } from '../support/upstream-sign-in.js';
import { WeatherModule } from '../support/weather-station.js';

const BASELINE = [
  'mcp:tools:read',
  'mcp:tools:execute',
  'mcp:resources:list',
  'mcp:resources:read',
  'mcp:prompts:list',
  'mcp:prompts:read',
];
const FORECAST = { name: 'forecast', arguments: { city: 'Oslo' } };

/** Where the roles run apart, the file tells the authorization server what the code tells the MCP server. */
const SETTINGS = { scopes: { 'weather:read': 'See the weather', 'weather:write': 'Sound alarms' } };

describe.each(DEPLOYMENTS)('A scope that a tool declares, %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let file: Awaited<ReturnType<typeof configurationFile>>;

  beforeAll(async () => {
    file = await configurationFile(deployment === 'all roles in one process' ? {} : SETTINGS);
    gatehouse = await testGatehouse({
      capabilities: [WeatherModule],
      deployment,
      variables: { GATEHOUSE_CONFIG_FILE: file.path },
    });
  });

  afterAll(async () => {
    await gatehouse.stop();
    await file.remove();
  });

  const scopesAt = async (document: string): Promise<string[]> => {
    const response = await fetch(`${gatehouse.proxy}/.well-known/${document}`);
    return ((await response.json()) as { scopes_supported: string[] }).scopes_supported;
  };

  it('is in the metadata of the authorization server, and not in the baseline of the resource', async () => {
    const all = [...BASELINE, 'weather:read', 'weather:write', 'offline_access'];
    expect(await scopesAt('oauth-authorization-server')).toEqual(all);
    expect(await scopesAt('oauth-protected-resource/mcp')).toEqual(BASELINE);
    const challenged = await rpc(gatehouse.mcpUrl, 'tools/list');
    expect(challenged.headers.get('www-authenticate')).toContain(`scope="${BASELINE.join(' ')}"`);
  });

  it('is not asked for by a client that names no scope', async () => {
    expect((await tokenFor(gatehouse.proxy)).scope.split(' ')).toEqual(BASELINE);
  });

  it('is reached by step-up: the 403 names it, the next token has it, the call works, a refresh keeps it', async () => {
    const { proxy, mcpUrl } = gatehouse;
    const first = await tokenFor(proxy);
    const refused = await rpc(mcpUrl, 'tools/call', { token: first.access_token, params: FORECAST });
    expect(refused.status).toBe(403);
    const needed = /scope="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? '';
    expect(needed).toBe('mcp:tools:execute weather:read');

    const next = await tokenFor(proxy, `${first.scope} ${needed} offline_access`);
    const answer = await rpc(mcpUrl, 'tools/call', { token: next.access_token, params: FORECAST });
    expect(await answer.text()).toContain('sunny in Oslo');

    const refreshed = await redeem(proxy, {
      grant_type: 'refresh_token',
      refresh_token: next.refresh_token,
      client_id: INSPECTOR.clientId,
    });
    const { scope, access_token: token } = (await refreshed.json()) as TokenResponse;
    expect(scope.split(' ')).toContain('weather:read');
    expect((await rpc(mcpUrl, 'tools/call', { token, params: FORECAST })).status).toBe(200);
    const introspected = await fetch(`${proxy}/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: INSPECTOR.clientId }),
    });
    expect(((await introspected.json()) as { scope: string }).scope.split(' ')).toContain('weather:read');
  });

  it('has its words on the consent page, and what it opens where that is known', async () => {
    const page = await new SimpleBrowser().open(
      authorizationUrl(gatehouse, { scope: 'mcp:tools:execute weather:read weather:write' }),
    );
    const text = (await page.text()).replace(/\s+/g, ' ');
    expect(text).toContain('See the weather');
    expect(text).toContain('name="scope:weather:read"');
    const known = deployment === 'all roles in one process';
    expect(text.includes('<small>Forecast, briefing, log and sensor</small>')).toBe(known);
    expect(text.includes('<small>now</small>')).toBe(known);
    expect(text).toContain(known ? 'Use set_alarm' : 'Sound alarms');
  });

  it('that nobody declares is refused by name, with those that there are', async () => {
    const response = await authorize(gatehouse.proxy, {
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: INSPECTOR.redirectUri,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      scope: 'weather:erase',
    });
    const answer = callbackParameters(response);
    expect(answer.get('error')).toBe('invalid_scope');
    expect(answer.get('error_description')).toContain('weather:read');
  });

  it('is counted as what the operation needed', async () => {
    const token = (await tokenFor(gatehouse.proxy, 'mcp:tools:execute weather:read')).access_token;
    await rpc(gatehouse.mcpUrl, 'tools/call', { token, params: FORECAST });
    const metrics = await Promise.all(
      gatehouse.management.map(async (origin) => (await fetch(`${origin}/metrics`)).text()),
    );
    expect(metrics.join('\n')).toMatch(
      /gatehouse_mcp_operations_total\{method="tools\/call",scope="mcp:tools:execute weather:read",outcome="ok"\} [1-9]/,
    );
  });
});

describe('A scope of one’s own and the groups of an identity provider', () => {
  it('is granted to who is in a group that has it, and to nobody else', async () => {
    const idp = await TestIdentityProvider.start({
      users: [
        { sub: 'ada', groups: ['forecasters'] },
        { sub: 'bob', groups: ['engineers'] },
      ],
    });
    const entry = entryFor(idp, {
      groupScopes: { forecasters: ['mcp:tools:*', 'weather:*'], engineers: ['mcp:tools:*'] },
    });
    const gatehouse = await openIdGatehouse([entry], { capabilities: [WeatherModule] });
    try {
      const scope = 'mcp:tools:execute weather:read';
      idp.signedIn = 'ada';
      const ada = await signIn(new SimpleBrowser(), gatehouse, { scope });
      expect((await tokenOf(gatehouse, ada)).scope).toBe(scope);
      idp.signedIn = 'bob';
      const bob = await signIn(new SimpleBrowser(), gatehouse, { scope });
      expect((await tokenOf(gatehouse, bob)).scope).toBe('mcp:tools:execute');
    } finally {
      await gatehouse.stop();
      await idp.down();
    }
  });

  it('that no group has is in the log at the start, with how to mend it', async () => {
    const idp = await TestIdentityProvider.start({ users: [] });
    const gatehouse = await openIdGatehouse([entryFor(idp, { groupScopes: { all: ['mcp:*'] } })], {
      capabilities: [WeatherModule],
    });
    try {
      const warned = gatehouse
        .log()
        .split('\n')
        .filter((line) => line.includes('nobody can be granted'))
        .map((line) => JSON.parse(line) as { scope: string; neededBy: string[]; msg: string });
      expect(warned.map(({ scope, neededBy }) => [scope, neededBy])).toEqual([
        ['weather:read', ['forecast', 'briefing', 'weather://log', 'sensor://{name}']],
        ['weather:write', ['set_alarm']],
      ]);
      expect(warned[0]?.msg).toContain('groupScopes');
    } finally {
      await gatehouse.stop();
      await idp.down();
    }
  });
});

describe('BASELINE_SCOPES', () => {
  it('is what clients are told to ask for, and what they get who name no scope', async () => {
    const gatehouse = await testGatehouse({
      capabilities: [WeatherModule],
      variables: { BASELINE_SCOPES: 'mcp:tools:read,weather:read' },
    });
    try {
      const challenged = await rpc(gatehouse.mcpUrl, 'tools/list');
      expect(challenged.headers.get('www-authenticate')).toContain('scope="mcp:tools:read weather:read"');
      expect((await tokenFor(gatehouse.proxy)).scope).toBe('mcp:tools:read weather:read');
    } finally {
      await gatehouse.stop();
    }
  });

  it('stops the start where it names what nobody can ask for', async () => {
    await expect(testGatehouse({ variables: { BASELINE_SCOPES: 'weather:read' } })).rejects.toThrow(
      'BASELINE_SCOPES: weather:read is no scope of the authorization server',
    );
  });
});

describe('MCP_TOOL_SECURITY_SCHEMES', () => {
  it('says of each tool what it needs, and puts the challenge where ChatGPT looks; the status stays 403', async () => {
    const gatehouse = await testGatehouse({
      capabilities: [WeatherModule],
      variables: { MCP_TOOL_SECURITY_SCHEMES: 'true' },
    });
    try {
      const { access_token: token } = await tokenFor(gatehouse.proxy);
      const list = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
      const { result } = (await list.json()) as { result: { tools: Record<string, unknown>[] } };
      const schemes = [{ type: 'oauth2', scopes: ['mcp:tools:execute', 'weather:read'] }];
      expect(result.tools.find(({ name }) => name === 'forecast')).toMatchObject({
        securitySchemes: schemes,
        _meta: { securitySchemes: schemes },
      });
      for (const version of ['2026-07-28', '2025-11-25'] as const) {
        const refused = await rpc(gatehouse.mcpUrl, 'tools/call', { token, version, params: FORECAST });
        expect(refused.status).toBe(403);
        const header = refused.headers.get('www-authenticate');
        expect(await refused.json()).toMatchObject({
          id: 1,
          result: { isError: true, _meta: { 'mcp/www_authenticate': [header] } },
        });
      }
      const other = await rpc(gatehouse.mcpUrl, 'prompts/get', { token, params: { name: 'briefing' } });
      expect(await other.json()).toMatchObject({ error: { code: 403 } });
    } finally {
      await gatehouse.stop();
    }
  });
});

describe('Scopes that a policy requires', () => {
  it('can be asked for as those that are declared, and decide what a caller sees', async () => {
    const file = await configurationFile({ scopePerTool: true, adminScope: 'admin' });
    const gatehouse = await testGatehouse({
      capabilities: [WeatherModule],
      variables: { GATEHOUSE_CONFIG_FILE: file.path, MCP_LIST_VISIBILITY: 'hide' },
    });
    try {
      const metadata = await fetch(`${gatehouse.proxy}/.well-known/oauth-authorization-server`);
      const { scopes_supported: known } = (await metadata.json()) as { scopes_supported: string[] };
      expect(known).toEqual(expect.arrayContaining(['mcp:tools:now', 'mcp:tools:forecast', 'admin']));
      const seen = async (scope: string): Promise<string[]> => {
        const { access_token: token } = await tokenFor(gatehouse.proxy, scope);
        const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
        const { result } = (await response.json()) as { result: { tools: { name: string }[] } };
        return result.tools.map(({ name }) => name);
      };
      expect(await seen('mcp:tools:read')).toEqual([]);
      expect(await seen('mcp:tools:read mcp:tools:now')).toEqual(['now']);
      expect(await seen('mcp:tools:read admin')).toEqual(['now', 'forecast', 'set_alarm']);
    } finally {
      await gatehouse.stop();
      await file.remove();
    }
  });
});
