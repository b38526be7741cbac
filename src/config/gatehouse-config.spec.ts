import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration-error.js';
import { validateEnvironment } from './environment.js';
import { toGatehouseConfig } from './gatehouse-config.js';
import { isLoopback } from './loopback.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function configOf(variables: Record<string, string> = {}) {
  return toGatehouseConfig(validateEnvironment(variables));
}

function problemsOf(variables: Record<string, string>): readonly string[] {
  try {
    configOf(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

function file(content: string): string {
  const path = join(folder, `${crypto.randomUUID()}.yaml`);
  writeFileSync(path, content);
  return path;
}

describe('settings, checked', () => {
  it('make our own public URL the issuer, and its MCP endpoint the audience', () => {
    const { publicUrl, trustedIssuers } = configOf({ PUBLIC_URL: 'https://gate.example.com/' });
    expect(publicUrl).toBe('https://gate.example.com');
    expect(trustedIssuers).toMatchObject([
      {
        id: 'own',
        own: true,
        issuer: 'https://gate.example.com',
        audience: { mode: 'audience', values: ['https://gate.example.com/mcp'] },
        source: { kind: 'own' },
      },
    ]);
  });

  it.each([
    ['ALLOWED_HOSTS', '256.0.0.1'],
    ['ALLOWED_HOSTS', '[1::2::3]'],
    ['ALLOWED_ORIGINS', 'https://app.example.com:99999'],
  ])('name %s with %s, which no request could carry', (setting, value) => {
    const [problem] = problemsOf({ [setting]: value });
    expect(problem).toContain(`${setting}: ${value} `);
  });

  it('take issuer, audience and keys of somebody else byte for byte', () => {
    const { trustedIssuers } = configOf({
      TOKEN_ISSUER: 'https://issuer.example.com/tenant/',
      TOKEN_AUDIENCE: 'api://mcp',
      TOKEN_JWKS_URL: 'https://issuer.example.com/keys?v=1',
    });
    expect(trustedIssuers).toMatchObject([
      {
        id: 'token-issuer',
        own: false,
        issuer: 'https://issuer.example.com/tenant/',
        audience: { mode: 'audience', values: ['api://mcp'] },
        source: { kind: 'jwks', url: 'https://issuer.example.com/keys?v=1' },
      },
    ]);
  });

  it('keep the resources in the data directory where nothing else is said', () => {
    const { dataDirectory, resources } = configOf({ DATA_DIR: 'data' });
    expect(isAbsolute(dataDirectory)).toBe(true);
    expect(resources.folder).toBe(join(dataDirectory, 'resources'));
    expect(configOf({ RESOURCES_DIR: '/srv/files' }).resources.folder).toBe('/srv/files');
  });

  it('write a host in lower case and drop the default port', () => {
    expect(configOf({ PUBLIC_URL: 'https://GATE.example.com:443' }).publicUrl).toBe(
      'https://gate.example.com',
    );
  });
});

describe('a public URL', () => {
  it.each([
    ['https://example.com/gate', 'https://example.com/gate'],
    ['https://EXAMPLE.com:443/gate/', 'https://example.com/gate'],
    ['https://example.com/tools/mcp-gate', 'https://example.com/tools/mcp-gate'],
    ['https://example.com/a/../gate', 'https://example.com/gate'],
  ])('may have a path prefix: %s is %s', (PUBLIC_URL, publicUrl) => {
    const config = configOf({ PUBLIC_URL });
    expect(config.publicUrl).toBe(publicUrl);
    expect(config.trustedIssuers).toMatchObject([
      { issuer: publicUrl, audience: { mode: 'audience', values: [`${publicUrl}/mcp`] } },
    ]);
  });

  it.each([
    'https://gate.example.com/mcp',
    'https://example.com/mcp/gate',
    'https://example.com/gate/mcp',
    'https://example.com/.well-known',
    'https://example.com/internal/x',
    'https://example.com//gate',
    'https://example.com/gate//x',
    'https://example.com/gate%2Fx',
    'https://example.com/g%61te',
    'https://example.com/gate;x',
    'https://example.com/gäte',
    'https://example.com/gate?a=b',
    'https://gate.example.com?a=b',
    'https://gate.example.com#top',
    'https://user:secret@gate.example.com',
  ])('refuses %s and names it', (PUBLIC_URL) => {
    const problems = problemsOf({ PUBLIC_URL });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^PUBLIC_URL: (?:must|may) .*; got /);
  });

  it('refuses as a prefix what the servers have themselves', () => {
    const oauth = ['authorize', 'token', 'par', 'register', 'revoke', 'introspect', '.well-known'];
    const pages = ['sign-in', 'sign-out', 'consent', 'account', 'dev'];
    for (const path of [...oauth, ...pages, 'mcp', 'internal', 'metrics', 'health']) {
      expect(problemsOf({ PUBLIC_URL: `https://example.com/${path}` }), path).toHaveLength(1);
    }
  });
});

describe('URLs that must be origins', () => {
  it.each([
    ['AUTHORIZATION_SERVER_URL', 'http://127.0.0.1:3003/as'],
    ['MCP_SERVER_URL', 'http://127.0.0.1:3004/mcp'],
  ])('refuses %s=%s and names it', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: must be an origin`));
  });

  it('names every one that is none, all at once', () => {
    const problems = problemsOf({
      PUBLIC_URL: 'https://a.example.com/x//y',
      MCP_SERVER_URL: 'http://127.0.0.1:1/mcp',
    });
    expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual(['PUBLIC_URL', 'MCP_SERVER_URL']);
  });
});

describe('production', () => {
  it('refuses the development sign-in', () => {
    const problems = problemsOf({ NODE_ENV: 'production', PUBLIC_URL: 'https://gate.example.com' });
    expect(problems).toHaveLength(2);
    expect(problems[1]).toMatch(/^GATEHOUSE_ENCRYPTION_KEY: must be set in production/);
    expect(problems[0]).toMatch(/^SIGN_IN_MODE: "development" .* refuses to run with NODE_ENV=production/);
  });

  it('runs the roles that sign nobody in', () => {
    const config = configOf({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://gate.example.com',
      GATEHOUSE_ROLES: 'proxy,mcp',
    });
    expect(config.production).toBe(true);
  });

  it.each([
    ['http://gate.example.com', true],
    ['http://10.0.0.1', true],
    ['http://localhost.example.com', true],
    ['http://127.0.0.1.example.com', true],
    ['http://127.0.0.1:3002', false],
    ['http://localhost:3002', false],
    ['http://[::1]:3002', false],
    ['https://gate.example.com', false],
  ])('with PUBLIC_URL=%s, refuses it for want of https: %s', (PUBLIC_URL, refused) => {
    const problems = problemsOf({ NODE_ENV: 'production', GATEHOUSE_ROLES: 'proxy,mcp', PUBLIC_URL });
    expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual(refused ? ['PUBLIC_URL'] : []);
  });
});

describe('settings that contradict each other', () => {
  it.each([
    [{ TOKEN_ISSUER: 'https://issuer.example.com' }, 'TOKEN_JWKS_URL'],
    [{ GATEHOUSE_REPLICAS: '2', MCP_STATE_SECRET: 's'.repeat(32) }, 'DATABASE_URL'],
    [{ GATEHOUSE_REPLICAS: '2', GATEHOUSE_ROLES: 'mcp' }, 'MCP_STATE_SECRET'],
    [{ DATABASE_URL: 'postgresql://a@b/c' }, 'GATEHOUSE_ENCRYPTION_KEY'],
    [{ PROXY_PORT: '3003' }, 'PROXY_PORT, AUTHORIZATION_SERVER_PORT, MCP_PORT, MANAGEMENT_PORT'],
    [{ MANAGEMENT_PORT: '3004' }, 'PROXY_PORT, AUTHORIZATION_SERVER_PORT, MCP_PORT, MANAGEMENT_PORT'],
  ])('stop the start: %o', (variables, setting) => {
    const problems = problemsOf(variables);
    expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual([setting]);
  });

  it('are named all at once', () => {
    const problems = problemsOf({
      NODE_ENV: 'production',
      PUBLIC_URL: 'http://gate.example.com',
      TOKEN_ISSUER: 'https://issuer.example.com',
      PROXY_PORT: '9464',
    });
    expect(problems).toHaveLength(5);
  });

  it.each([
    [{ GATEHOUSE_ROLES: 'mcp', PROXY_PORT: '3004' }],
    [{ PROXY_PORT: '0', AUTHORIZATION_SERVER_PORT: '0', MCP_PORT: '0', MANAGEMENT_PORT: '0' }],
  ])(
    'are not ports that nobody opens, or that the system chooses: %o',
    (variables: Record<string, string>) => {
      expect(problemsOf(variables)).toEqual([]);
    },
  );
});

describe('configuration file', () => {
  it('brings clients and the scope hierarchy', () => {
    const GATEHOUSE_CONFIG_FILE = file(`
clients:
  - clientId: editor
    clientName: Editor
    redirectUris: [http://127.0.0.1:1/callback]
scopeHierarchy:
  admin: ['mcp:*']
`);
    const { clients, scopeHierarchy } = configOf({ GATEHOUSE_CONFIG_FILE });
    expect(clients).toMatchObject([
      {
        clientId: 'editor',
        clientName: 'Editor',
        redirectUris: ['http://127.0.0.1:1/callback'],
        applicationType: 'native',
        grantTypes: ['authorization_code', 'refresh_token'],
        tokenEndpointAuthMethod: 'none',
      },
    ]);
    expect(scopeHierarchy).toEqual({ admin: ['mcp:*'] });
  });

  it.each([
    ['', undefined],
    ['# nothing\n', undefined],
    ['scopeHierarchy: {}\n', {}],
  ])('may say as little as %j', (content, scopeHierarchy) => {
    const config = configOf({ GATEHOUSE_CONFIG_FILE: file(content) });
    expect(config.clients).toEqual([]);
    expect(config.scopeHierarchy).toEqual(scopeHierarchy);
  });

  it.each([
    ['a list', '- a\n', ['must be a map of settings']],
    ['text', 'hello\n', ['must be a map of settings']],
    ['a setting that nobody knows', 'client: []\n', ['client: property client should not exist']],
    ['clients in a map', 'clients: {a: b}\n', ['clients: ']],
    ['a client without anything', 'clients: [{}]\n', ['clients.0.clientId: ', 'clients.0.clientName: ']],
    [
      'a client that has nowhere to be answered at',
      'clients: [{ clientId: a, clientName: A }]\n',
      ['clients.0.redirectUris: '],
    ],
    [
      'a client with a secret',
      'clients: [{clientId: a, clientName: A, redirectUris: [http://127.0.0.1/], clientSecret: s}]\n',
      ['clients.0.clientSecret: property clientSecret should not exist'],
    ],
    [
      'a client id with a space',
      'clients: [{clientId: a b, clientName: A, redirectUris: [http://127.0.0.1/]}]\n',
      ['clients.0.clientId: '],
    ],
    [
      'a second client without redirect URIs',
      'clients:\n - {clientId: a, clientName: A, redirectUris: [http://127.0.0.1/]}\n - {clientId: b, clientName: B, redirectUris: []}\n',
      ['clients.1.redirectUris: '],
    ],
    [
      'a client of a kind that does not exist',
      'clients: [{clientId: a, clientName: A, redirectUris: [http://127.0.0.1/], applicationType: tv}]\n',
      ['clients.0.applicationType: '],
    ],
    ['a scope hierarchy that is a number', 'scopeHierarchy: 7\n', ['scopeHierarchy: ']],
    [
      'a scope that implies text',
      'scopeHierarchy: {admin: mcp}\n',
      ['scopeHierarchy.admin must be a list of scopes'],
    ],
    [
      'a scope that implies numbers',
      'scopeHierarchy: {admin: [1]}\n',
      ['scopeHierarchy.admin must be a list of scopes'],
    ],
  ])('is refused with %s, and everything bad in it is named', (_what, content, expected) => {
    const path = file(content);
    const problems = problemsOf({ GATEHOUSE_CONFIG_FILE: path });
    expect(problems).toHaveLength(expected.length);
    for (const [index, part] of expected.entries()) {
      expect(problems[index]).toContain(`GATEHOUSE_CONFIG_FILE (${path}): ${part}`);
    }
  });

  it.each([
    ['is not there', () => join(folder, 'none.yaml')],
    ['is a folder', () => folder],
    ['is no YAML', () => file('a: [1\nb: }')],
  ])('that %s is named in one line', (_what, path) => {
    const problems = problemsOf({ GATEHOUSE_CONFIG_FILE: path() });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^GATEHOUSE_CONFIG_FILE: cannot read .+: [^\n]+$/);
  });
});

describe('loopback hosts (RFC 8252 section 7.3)', () => {
  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['[::1]', true],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
    ['0.0.0.0', false],
    ['128.0.0.1', false],
    ['127.', false],
    ['', false],
  ])('%j is one: %s', (hostname, loopback) => {
    expect(isLoopback(hostname)).toBe(loopback);
  });
});
