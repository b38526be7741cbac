import { describe, expect, it } from 'vitest';
import { isLoopbackRedirect, redirectUriProblem } from './redirect-uri.js';

const SCHEMES = ['cursor', 'vscode'];
const problem = (uri: unknown): string | undefined => redirectUriProblem(uri, SCHEMES);

describe('redirect URIs (OAuth 2.1 section 2.3, RFC 8252 section 7)', () => {
  it.each([
    'https://claude.ai/api/mcp/auth_callback',
    'https://chatgpt.com/connector/oauth/abc-123',
    'https://vscode.dev/redirect',
    'https://app.example.com:8443/cb?tenant=a',
    'http://127.0.0.1:33418/',
    'http://localhost/callback',
    'http://localhost:8787/callback',
    'http://[::1]:9/cb',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'vscode://vscode.github-authentication/did-authenticate',
    'com.example.app:/callback',
  ])('may be %s', (uri) => {
    expect(problem(uri)).toBeUndefined();
  });

  it.each([
    ['http://evil.example.com/cb', 'neither https nor loopback'],
    ['http://localhost.example.com/', 'neither https nor loopback'],
    ['http://127.0.0.1.example.com/', 'neither https nor loopback'],
    ['http://10.0.0.1/', 'neither https nor loopback'],
    ['http://127.0.0.1@evil.example.com/', 'user name'],
    ['https://user:secret@example.com/', 'user name'],
    ['https://example.com/#fragment', 'fragment'],
    ['https://example.com/#', 'fragment'],
    ['https://*.example.com/', 'wildcard'],
    ['https:example.com', 'not a URI'],
    ['https:///example.com', 'not a URI'],
    ['/callback', 'not a URI'],
    ['https://example.com/a b', 'not a URI'],
    ['https://example.com\\@evil.example.com/', 'not a URI'],
    ['https://example.com/\n', 'not a URI'],
    ['https://exämple.com/', 'not a URI'],
    ['https://example.com/<script>', 'not a URI'],
    ['javascript:alert(1)', 'never allowed'],
    ['JavaScript:alert(1)//a.b', 'never allowed'],
    ['data:text/html,x', 'never allowed'],
    ['vbscript:x', 'never allowed'],
    ['file:///etc/passwd', 'never allowed'],
    ['blob:https://example.com/1', 'never allowed'],
    ['ftp://example.com/', 'never allowed'],
    ['ws://127.0.0.1/', 'never allowed'],
    ['unknown://callback', 'ALLOWED_REDIRECT_SCHEMES'],
    ['', 'must be a string'],
    [7, 'must be a string'],
    [null, 'must be a string'],
    [`https://example.com/${'a'.repeat(1000)}`, 'longer than'],
    [`https://${'a.'.repeat(127)}example.com/`, 'longer than any host name'],
    [`${'com.'.repeat(26)}app:/callback`, 'a scheme that is longer than'],
  ])('may not be %j', (uri, reason) => {
    expect(problem(uri)).toContain(reason);
  });

  it('are never of a dangerous scheme, whatever is configured', () => {
    expect(redirectUriProblem('javascript:alert(1)', ['javascript'])).toContain('never allowed');
  });

  it.each([
    ['http://127.0.0.1:1/', true],
    ['http://localhost/cb', true],
    ['https://localhost/cb', false],
    ['http://localhost.example.com/', false],
    ['cursor://localhost/', false],
    ['not a URI', false],
  ])('%s leads to this machine: %s', (uri, expected) => {
    expect(isLoopbackRedirect(uri)).toBe(expected);
  });
});
