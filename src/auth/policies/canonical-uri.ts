const ESCAPES = /(?:%[0-9A-Fa-f]{2})+/g;
/** Decoded, these would change what a URI means: they stay as escapes. Controls too, for whoever reads it in a log. */
// oxlint-disable-next-line no-control-regex -- it is about them
const STRUCTURE_OF_PATH = /[\u0000-\u001f\u007f#%/?\\]/g;
// oxlint-disable-next-line no-control-regex -- it is about them
const STRUCTURE_OF_QUERY = /[\u0000-\u001f\u007f#%&+;=]/g;

/**
 * One text for all ways to write a URI: dot segments resolved, scheme and host in lower case (WHATWG URL), every escape decoded that does not
 * change the structure (RFC 3986 section 6.2.2), Unicode in NFC. What is no URI is decoded all the same.
 */
export function canonicalUri(uri: string): string {
  return decodedUri(URL.canParse(uri) ? new URL(uri).href : uri);
}

/** Decodes escapes, but for those of characters that would change the structure of a URI. */
export function decodedUri(uri: string): string {
  const query = uri.search(/[?#]/);
  const path = query === -1 ? uri : uri.slice(0, query);
  const rest = query === -1 ? '' : uri.slice(query);
  return (decoded(path, STRUCTURE_OF_PATH) + decoded(rest, STRUCTURE_OF_QUERY)).normalize('NFC');
}

function decoded(text: string, structure: RegExp): string {
  return text.replace(ESCAPES, (escapes) => {
    try {
      return decodeURIComponent(escapes).replace(structure, encodeURIComponent);
    } catch {
      // Not UTF-8: nobody can know what it means.
      return escapes.toUpperCase();
    }
  });
}
