import { describe, expect, it } from 'vitest';
import { signInExpiredPage, signInPage } from './sign-in.page.js';

const VALUES = {
  action: '/sign-in/abc',
  csrfToken: 'csrf-token',
  subject: 'dev_user_123',
  clientName: 'MCP Inspector',
  clientId: 'mcp-inspector-client',
  redirectHost: '127.0.0.1:6274',
  redirectsToThisComputer: true,
  scopes: ['mcp:tools:execute', 'offline_access'],
};

describe('sign-in page', () => {
  it('says who you will be, who asks, where the answer goes and what it may do', () => {
    const { text } = signInPage(VALUES);
    for (const words of [
      '<code>dev_user_123</code>',
      'Allow MCP Inspector to use this MCP server?',
      '(<code>mcp-inspector-client</code>, not verified)',
      '<code>127.0.0.1:6274</code>',
      'a program on this computer',
      'Run tools on your behalf',
      'Stay connected when you are not there, until you revoke it',
      '<form method="post" action="/sign-in/abc">',
      '<input type="hidden" name="csrf_token" value="csrf-token" />',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('says nothing of this computer when the answer leaves it', () => {
    expect(signInPage({ ...VALUES, redirectsToThisComputer: false }).text).not.toContain('on this computer');
  });

  it.each(['clientName', 'clientId', 'redirectHost', 'subject', 'action', 'csrfToken'] as const)(
    'escapes %s, which a client may have made up',
    (name) => {
      const { text } = signInPage({ ...VALUES, [name]: `"><script>alert('1')</script>` });
      expect(text).not.toContain('<script>alert');
      expect(text).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;');
    },
  );

  it('escapes scopes', () => {
    expect(signInPage({ ...VALUES, scopes: ['<b>'] }).text).toContain('<code class="soft">&lt;b&gt;</code>');
  });

  it('names a reference when the sign-in is over', () => {
    expect(signInExpiredPage('request-1').text).toContain('Reference <code>request-1</code>');
  });
});
