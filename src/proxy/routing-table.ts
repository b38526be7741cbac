import { authorizationServerMetadataPath, PROTECTED_RESOURCE_METADATA } from '../oauth/well-known.js';

export type ServerName = 'authorization-server' | 'mcp';

/**
 * Which server a path belongs to. Paths are compared as they came, without decoding: what is spelled in another way is not the MCP
 * endpoint, and ends as 404 at the authorization server, which owns the rest.
 */
export function serverFor(path: string, mcpPath: string): ServerName {
  if (path === mcpPath) return 'mcp';
  if (authorizationServerMetadataPath(path, mcpPath)) return 'authorization-server';
  return isBelow(path, mcpPath) ||
    path === PROTECTED_RESOURCE_METADATA ||
    isBelow(path, PROTECTED_RESOURCE_METADATA)
    ? 'mcp'
    : 'authorization-server';
}

/** Paths by which the servers of one deployment speak to each other: none leads through the public address. */
export function isInternal(path: string): boolean {
  return isBelow(path.toLowerCase(), '/internal') || path.toLowerCase() === '/internal';
}

function isBelow(path: string, parent: string): boolean {
  return path.startsWith(parent) && path[parent.length] === '/';
}

/** The path of a request target (RFC 9112 section 3.2), without its query. */
export function pathOf(target: string | undefined): string {
  if (target === undefined) return '/';
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
