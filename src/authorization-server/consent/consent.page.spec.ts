import { describe, expect, it } from 'vitest';
import { ScopeCatalogue } from '../../oauth/scope-catalogue.js';
import { type ConsentPage, consentPage, nothingToGrantPage } from './consent.page.js';

const VALUES: ConsentPage = {
  action: '/consent/abc',
  csrfToken: 'csrf-token',
  development: false,
  user: { subject: 'corp|ada', displayName: 'Ada' },
  client: {
    clientName: 'MCP Inspector',
    clientId: 'mcp-inspector-client',
    identity: {
      name: 'MCP Inspector',
      host: undefined,
      kind: 'preregistered',
      verified: true,
      redirectHosts: ['127.0.0.1:6274'],
      localhostOnly: true,
    },
    redirectHost: '127.0.0.1:6274',
    redirectsToThisComputer: true,
  },
  offered: ['mcp:tools:execute', 'weather:read'],
  allowedBefore: undefined,
  unavailable: [],
  scopes: new ScopeCatalogue(),
  mayStayConnected: true,
};

const WEB = {
  ...VALUES.client,
  clientName: 'Claude',
  redirectHost: 'claude.ai',
  redirectsToThisComputer: false,
  identity: {
    name: 'Claude',
    host: 'claude.ai',
    kind: 'metadata-document',
    verified: true,
    redirectHosts: ['claude.ai'],
    localhostOnly: false,
  },
} as const;

describe('consent page', () => {
  it('says what a scope opens, escaped, under its words, and in their place where there are none', () => {
    const scopes = new ScopeCatalogue();
    scopes.opens = (scope) =>
      scope === 'mcp:tools:execute' ? ['a', 'b', 'c', 'd', 'e', 'f', '<g>'] : ['<Forecast>'];
    scopes.declare('weather:read');
    const text = consentPage({ ...VALUES, scopes, unavailable: ['weather:write'] }).text;
    expect(text).toContain('<small>a, b, c, d, e and 2 more</small>');
    expect(text).toContain('Use &lt;Forecast&gt;');
    expect(text).toContain('<li>weather:write <code>weather:write</code></li>');
  });

  it('says who asks, where the answer goes, who the user is, and has a box for each scope', () => {
    const { text } = consentPage(VALUES);
    for (const words of [
      'Allow MCP Inspector to use this MCP server?',
      '<code>mcp-inspector-client</code>',
      '<code>127.0.0.1:6274</code>',
      'a program on this computer',
      'Run tools on your behalf',
      '<input type="checkbox" name="scope:mcp:tools:execute" value="1" checked />',
      '<input type="checkbox" name="scope:weather:read" value="1" checked />',
      '<input type="checkbox" name="stay_connected" value="1" checked />',
      '<strong>Ada</strong> <code>corp|ada</code>',
      'Not you? Use another account',
      '<form method="post" action="/consent/abc" class="stack">',
      '<input type="hidden" name="csrf_token" value="csrf-token" />',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('is small', () => {
    expect(Buffer.byteLength(consentPage(VALUES).text)).toBeLessThan(10 * 1024);
  });

  it('warns of a client on the computer of the user, and of one that nobody vouches for', () => {
    const dynamic = { ...WEB, identity: { ...WEB.identity, kind: 'dynamic', verified: false } } as const;
    expect(consentPage(VALUES).text).toContain('Runs on your computer.');
    expect(consentPage({ ...VALUES, client: dynamic }).text).toContain('Nobody vouches for this name.');
    expect(consentPage({ ...VALUES, client: dynamic }).text).toContain('Not verified');
    expect(consentPage({ ...VALUES, client: WEB }).text).not.toContain('class="notice"');
    expect(consentPage({ ...VALUES, client: WEB }).text).toContain('✓ Verified');
  });

  it('marks what is new, where the user allowed something before', () => {
    const { text } = consentPage({ ...VALUES, allowedBefore: ['mcp:tools:execute'] });
    expect(text.match(/<b class="badge new">/g)).toHaveLength(1);
    expect(text).toMatch(/weather:read <b class="badge new">new/);
    expect(consentPage(VALUES).text).not.toContain('<b class="badge new">');
  });

  it('lists what the user may not be granted, without a box', () => {
    const { text } = consentPage({ ...VALUES, unavailable: ['mcp:prompts:read'] });
    expect(text).toContain('Not available to you');
    expect(text).not.toContain('name="scope:mcp:prompts:read"');
  });

  it('offers no staying connected to a client that registered no refresh token', () => {
    expect(consentPage({ ...VALUES, mayStayConnected: false }).text).not.toContain('stay_connected');
  });

  it.each([
    ['the name of the client', { client: { ...VALUES.client, clientName: evil() } }],
    ['its id', { client: { ...VALUES.client, clientId: evil() } }],
    ['the redirect host', { client: { ...VALUES.client, redirectHost: evil() } }],
    ['a scope', { offered: [evil()] }],
    ['an unavailable scope', { unavailable: [evil()] }],
    ['the user', { user: { subject: evil(), displayName: evil() } }],
  ])('escapes %s', (_what, changes) => {
    for (const { text } of [
      consentPage({ ...VALUES, ...changes }),
      nothingToGrantPage({ ...VALUES, ...changes, reference: 'r-1' }),
    ]) {
      expect(text).not.toContain('<script>alert');
    }
    expect(consentPage({ ...VALUES, ...changes }).text).toContain('&quot;&gt;&lt;script&gt;');
  });
});

function evil(): string {
  return `"><script>alert('1')</script>`;
}
