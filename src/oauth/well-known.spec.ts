import { describe, expect, it } from 'vitest';
import {
  authorizationServerMetadataPath,
  protectedResourceMetadataPath,
  protectedResourceMetadataUrl,
} from './well-known.js';

describe('protected resource metadata URL (RFC 9728 section 3.1)', () => {
  it.each([
    ['https://gate.example.com/mcp', '/.well-known/oauth-protected-resource/mcp'],
    ['https://gate.example.com/a/b', '/.well-known/oauth-protected-resource/a/b'],
    ['https://gate.example.com', '/.well-known/oauth-protected-resource'],
    ['https://gate.example.com/', '/.well-known/oauth-protected-resource'],
  ])('inserts the well-known part before the path of %s', (resource, path) => {
    expect(protectedResourceMetadataPath(resource)).toBe(path);
  });

  it.each([
    ['https://gate.example.com/mcp', 'https://gate.example.com/.well-known/oauth-protected-resource/mcp'],
    ['http://127.0.0.1:3002/mcp', 'http://127.0.0.1:3002/.well-known/oauth-protected-resource/mcp'],
    ['https://gate.example.com', 'https://gate.example.com/.well-known/oauth-protected-resource'],
  ])('keeps the origin of %s', (resource, url) => {
    expect(protectedResourceMetadataUrl(resource)).toBe(url);
  });
});

describe('authorization server metadata paths (RFC 8414 section 3, OpenID Connect Discovery 1.0)', () => {
  it.each([
    ['/.well-known/oauth-authorization-server', '/.well-known/oauth-authorization-server'],
    ['/.well-known/oauth-authorization-server/mcp', '/.well-known/oauth-authorization-server'],
    ['/.well-known/openid-configuration', '/.well-known/openid-configuration'],
    ['/.well-known/openid-configuration/mcp', '/.well-known/openid-configuration'],
    ['/mcp/.well-known/openid-configuration', '/.well-known/openid-configuration'],
  ])('finds the document behind %s', (path, document) => {
    expect(authorizationServerMetadataPath(path, '/mcp')).toBe(document);
  });

  it.each([
    '/',
    '/mcp',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server/',
    '/.well-known/oauth-authorization-server/other',
    '/.well-known/OAUTH-authorization-server',
    '/mcp/.well-known/oauth-authorization-server',
    '/other/.well-known/openid-configuration',
  ])('finds no document behind %s', (path) => {
    expect(authorizationServerMetadataPath(path, '/mcp')).toBeUndefined();
  });
});
