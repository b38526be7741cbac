import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { externalGatehouse } from '../support/external-gatehouse.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { json, providerKey, ScriptedProvider, type Script } from '../support/scripted-provider.js';

/** What a request may take whatever the provider does: with ISSUER_TIMEOUT_SECONDS=1, a good deal of patience for a busy machine. */
const MAX_WAIT_MS = 8_000;

/** What the provider does, how, and the outcome that the metrics show. */
const FAULTS: [string, Script, string][] = [
  [
    'answers after 10 s',
    (_request, response) => void setTimeout(() => response.end('{}'), 10_000).unref(),
    'timeout',
  ],
  ['never answers', () => undefined, 'timeout'],
  [
    'begins an answer and never ends it',
    (_request, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":['),
    'timeout',
  ],
  ['hangs up', (request) => void request.socket.destroy(), 'unreachable'],
  ['answers 500', (_request, response) => void response.writeHead(500).end('{}'), 'status'],
  ['answers 404', (_request, response) => void response.writeHead(404).end('{"keys":[]}'), 'status'],
  [
    'answers with garbage',
    (_request, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys": \u0000'),
    'malformed',
  ],
  ['answers with a list', (_request, response) => json(response, []), 'malformed'],
  [
    'says that its answer is huge',
    (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '99999999999' })
        .write(' '),
    'too_large',
  ],
  [
    'sends a huge answer',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed)
          if (!response.write(' '.repeat(65_536))) return void response.once('drain', more);
      };
      more();
    },
    'too_large',
  ],
  [
    'answers with a page',
    (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html>Sign in to the network</html>'),
    'content_type',
  ],
  [
    'redirects',
    (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
    'redirect',
  ],
];

type Fault = (typeof FAULTS)[number];

let gatehouse: TestGatehouse;

async function list(token: string): Promise<Response> {
  return rpc(gatehouse.mcpUrl, 'tools/list', { token, signal: AbortSignal.timeout(MAX_WAIT_MS) });
}

async function metrics(): Promise<string> {
  const text = await (await fetch(`${gatehouse.management[0]}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => /^gatehouse_(?:issuer|jwks)_/.test(line))
    .join('\n');
}

async function ready(): Promise<number> {
  return (await fetch(`${gatehouse.management[0]}/health/ready`)).status;
}

/** Waits until something is so. */
function once(isSo: () => boolean | Promise<boolean>): Promise<void> {
  return vi.waitFor(
    async () => {
      if (!(await isSo())) throw new Error('not yet');
    },
    { timeout: MAX_WAIT_MS },
  );
}

function counted(request: string, outcome: string, issuer = 'acme'): RegExp {
  return new RegExp(
    `gatehouse_issuer_requests_total\\{issuer="${issuer}",request="${request}",outcome="${outcome}"\\} [1-9]`,
  );
}

/** A provider for each fault, all of them trusted by one Gatehouse. */
class Providers {
  readonly byFault = new Map<string, ScriptedProvider>();

  async start(
    prepare: (provider: ScriptedProvider, script: Script) => void = () => undefined,
  ): Promise<void> {
    for (const [what, script] of FAULTS) {
      const provider = await ScriptedProvider.start();
      prepare(provider, script);
      this.byFault.set(what, provider);
    }
    const trusted = [...this.byFault.values()].map(({ issuer }, index) => ({ id: `fault-${index}`, issuer }));
    gatehouse = await externalGatehouse(trusted, { variables: { JWKS_CACHE_TTL_SECONDS: '1' } });
  }

  of([what]: Fault): { provider: ScriptedProvider; id: string } {
    const id = `fault-${FAULTS.findIndex(([name]) => name === what)}`;
    return { provider: this.byFault.get(what) as ScriptedProvider, id };
  }

  async stop(): Promise<void> {
    await gatehouse.stop();
    for (const provider of this.byFault.values()) await provider.stop();
  }
}

describe('issuers whose keys were never there', () => {
  const providers = new Providers();
  beforeAll(() => providers.start((provider, script) => provider.scripts.set('/keys', script)));
  afterAll(() => providers.stop());

  it.each(FAULTS)('when one %s: 503, with a metric that names it', async (...fault) => {
    const { provider, id } = providers.of(fault);
    const response = await list(await provider.token(gatehouse.mcpUrl));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
    const text = await metrics();
    expect(text).toMatch(counted('keys', fault[2], id));
    expect(text).toMatch(
      new RegExp(`gatehouse_jwks_refresh_total\\{issuer="${id}",result="failed"\\} [1-9]`),
    );
    expect(text).not.toContain('gatehouse_issuer_keys_age_seconds{');
    expect(provider.asked('/elsewhere')).toBe(0);
  });

  it('make a server that is not ready where there is no other', async () => {
    expect(await ready()).toBe(503);
  });
});

describe('issuers whose metadata was never there', () => {
  const providers = new Providers();
  beforeAll(() =>
    providers.start((provider, script) => {
      provider.scripts.set('/.well-known/openid-configuration', script);
      provider.scripts.set('/.well-known/oauth-authorization-server', script);
    }),
  );
  afterAll(() => providers.stop());

  it.each(FAULTS)('when that of one %s: 503, with a metric that names it', async (...fault) => {
    const { provider, id } = providers.of(fault);
    expect((await list(await provider.token(gatehouse.mcpUrl))).status).toBe(503);
    expect(await metrics()).toMatch(counted('discovery', fault[2], id));
  });

  it('have none to mirror: 502, and try again later', async () => {
    const mirrored = await fetch(`${gatehouse.proxy}/.well-known/oauth-authorization-server`);
    expect(mirrored.status).toBe(502);
    expect(await mirrored.json()).toMatchObject({ error: 'temporarily_unavailable' });
  });
});

describe('issuers whose keys are known', () => {
  const providers = new Providers();

  beforeAll(async () => {
    await providers.start();
    await once(async () => (await ready()) === 200);
    const asked = FAULTS.map((fault) => {
      const { provider } = providers.of(fault);
      provider.scripts.set('/keys', fault[1]);
      return { provider, before: provider.asked('/keys') };
    });
    await once(() => asked.every(({ provider, before }) => provider.asked('/keys') > before));
  });
  afterAll(() => providers.stop());

  it.each(FAULTS)('when one %s: serves on with those', async (...fault) => {
    const { provider } = providers.of(fault);
    for (let count = 0; count < 3; count += 1) {
      expect((await list(await provider.token(gatehouse.mcpUrl))).status).toBe(200);
    }
    const strange = await providerKey('key-2');
    expect((await list(await provider.token(gatehouse.mcpUrl, {}, { key: strange }))).status).toBe(503);
    expect(await ready()).toBe(200);
  });
});

describe('one issuer', () => {
  let provider: ScriptedProvider;

  afterEach(async () => {
    await gatehouse.stop();
    await provider.stop();
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.example.com' }, 'issuer_mismatch'],
    ['its own name with a slash behind it', { slash: true }, 'issuer_mismatch'],
    ['no keys', { jwks_uri: undefined }, 'ok'],
    ['keys at an address that is not protected', { jwks_uri: 'http://keys.example.com/' }, 'ok'],
  ])('when its metadata names %s: 503', async (_what, changes, outcome) => {
    provider = await ScriptedProvider.start();
    provider.metadata = 'slash' in changes ? { issuer: `${provider.issuer}/` } : changes;
    gatehouse = await externalGatehouse([{ id: 'acme', issuer: provider.issuer }]);
    expect((await list(await provider.token(gatehouse.mcpUrl))).status).toBe(503);
    expect(provider.asked('/keys')).toBe(0);
    expect(await metrics()).toMatch(counted('discovery', outcome));
  });

  it('with no key in its set: 503, and a metric says so', async () => {
    provider = await ScriptedProvider.start();
    provider.published = [];
    gatehouse = await externalGatehouse([{ id: 'acme', issuer: provider.issuer }]);
    expect((await list(await provider.token(gatehouse.mcpUrl))).status).toBe(503);
    expect(await metrics()).toMatch(counted('keys', 'no_keys'));
  });

  it('is tried again, and serves once it answers', async () => {
    provider = await ScriptedProvider.start();
    provider.scripts.set('/keys', (_request, response) => void response.writeHead(500).end());
    gatehouse = await externalGatehouse([{ id: 'acme', issuer: provider.issuer }]);
    const token = await provider.token(gatehouse.mcpUrl);
    expect((await list(token)).status).toBe(503);
    expect(await ready()).toBe(503);
    provider.scripts.clear();
    await vi.waitFor(async () => expect((await list(token)).status).toBe(200), { timeout: MAX_WAIT_MS });
    expect(await ready()).toBe(200);
  });

  it('keeps nobody from the others', async () => {
    provider = await ScriptedProvider.start();
    const down = await ScriptedProvider.start();
    await down.stop();
    gatehouse = await externalGatehouse([
      { id: 'down', issuer: down.issuer },
      { id: 'acme', issuer: provider.issuer },
    ]);
    expect((await list(await provider.token(gatehouse.mcpUrl))).status).toBe(200);
    expect((await list(await down.token(gatehouse.mcpUrl))).status).toBe(503);
    expect(await ready()).toBe(200);
  });

  it('that swaps its keys: its new tokens are accepted, its old ones are not any more, cached or not', async () => {
    provider = await ScriptedProvider.start();
    gatehouse = await externalGatehouse([{ id: 'acme', issuer: provider.issuer }], {
      variables: { JWKS_CACHE_TTL_SECONDS: '1' },
    });
    const old = await provider.token(gatehouse.mcpUrl);
    expect((await list(old)).status).toBe(200);
    const next = await providerKey('key-1');
    provider.published = [next.jwk];
    await vi.waitFor(async () => expect((await list(old)).status).toBe(401), { timeout: MAX_WAIT_MS });
    expect((await list(await provider.token(gatehouse.mcpUrl, {}, { key: next }))).status).toBe(200);
  });

  it('and a thousand made-up key ids: one fetch', async () => {
    provider = await ScriptedProvider.start();
    gatehouse = await externalGatehouse([{ id: 'acme', issuer: provider.issuer }]);
    expect((await list(await provider.token(gatehouse.mcpUrl))).status).toBe(200);
    const before = provider.asked('/keys');
    const token = await provider.token(gatehouse.mcpUrl);
    const [, payload, signature] = token.split('.');
    const statuses = await Promise.all(
      Array.from({ length: 1_000 }, async (_one, index) => {
        const header = { alg: 'RS256', typ: 'at+jwt', kid: `made-up-${index}` };
        const forged = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
        return (await rpc(gatehouse.mcpUrl, 'tools/list', { token: forged })).status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(provider.asked('/keys') - before).toBeLessThanOrEqual(1);
  });

  it.each([
    ['59 s ago', -59 + 4, 200],
    ['61 s ago', -61, 401],
  ])('whose clock is off: a token that expired %s', async (_what, seconds, status) => {
    provider = await ScriptedProvider.start();
    gatehouse = await externalGatehouse([{ id: 'acme', issuer: provider.issuer }]);
    const now = Math.floor(Date.now() / 1000);
    const token = await provider.token(gatehouse.mcpUrl, { iat: now - 600, exp: now + seconds });
    expect((await list(token)).status).toBe(status);
  });

  it.each([
    ['59 s ahead', 59, 200],
    ['61 s ahead', 61 + 10, 401],
  ])('whose clock is %s', async (_what, seconds, status) => {
    provider = await ScriptedProvider.start();
    gatehouse = await externalGatehouse([{ id: 'acme', issuer: provider.issuer }]);
    const now = Math.floor(Date.now() / 1000);
    for (const claims of [{ iat: now + seconds }, { iat: now, nbf: now + seconds }]) {
      expect((await list(await provider.token(gatehouse.mcpUrl, claims))).status).toBe(status);
    }
  });
});

describe('an issuer that is asked about tokens', () => {
  let provider: ScriptedProvider;

  afterEach(async () => {
    await gatehouse.stop();
    await provider.stop();
  });

  const entry = (): object => ({
    id: 'acme',
    issuer: provider.issuer,
    introspection: { clientId: 'gatehouse', clientSecretEnv: 'ACME_SECRET' },
  });

  it.each(FAULTS)('when it %s: 503, with a metric that names it', async (_what, script, outcome) => {
    provider = await ScriptedProvider.start();
    provider.scripts.set('/introspect', script);
    gatehouse = await externalGatehouse([entry()], { variables: { ACME_SECRET: 'secret' } });
    const response = await list('opaque');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await metrics()).toMatch(counted('introspection', outcome));
  });

  it.each([
    ['says nothing', {}],
    ['says yes in words', { active: 'true' }],
    ['says 1', { active: 1 }],
  ])('and %s of the token: 503', async (_what, answer) => {
    provider = await ScriptedProvider.start();
    provider.introspect = () => answer;
    gatehouse = await externalGatehouse([entry()], { variables: { ACME_SECRET: 'secret' } });
    expect((await list('opaque')).status).toBe(503);
  });
});
