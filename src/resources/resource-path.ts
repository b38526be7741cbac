const SCHEME = 'file:///';

/**
 * The URI of a file: virtual, below the root of the configured folder, so that no path of the server shows.
 * MCP server/resources, "Common URI Schemes": `file://` need not map to an actual filesystem.
 */
export function uriOf(relativePath: string): string {
  return SCHEME + relativePath.split('/').map(encodeURIComponent).join('/');
}

/** The segments of the path that a URI stands for; undefined as for `pathSegments`. */
export function segmentsOf(uri: string): string[] | undefined {
  return uri.startsWith(SCHEME) ? pathSegments(uri.slice(SCHEME.length)) : undefined;
}

/**
 * The segments of a relative path, decoded once; undefined where one could lead out of the folder, is hidden, or is spelled in a way
 * that different systems read differently.
 */
export function pathSegments(encodedPath: string): string[] | undefined {
  const segments: string[] = [];
  for (const encoded of encodedPath.split('/')) {
    const segment = decoded(encoded);
    if (segment === undefined || !isPlainName(segment)) return undefined;
    segments.push(segment);
  }
  return segments;
}

/** A name that means one file in one folder, on every system. Names that begin with a dot are hidden. */
export function isPlainName(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !/[/\\\0:]/.test(name) && name.length <= 255;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
