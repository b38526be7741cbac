import { canonicalUri, decodedUri } from '../canonical-uri.js';

/** `*` stands for anything but `/`, `**` for anything. */
export class Glob {
  readonly #pattern: RegExp;

  constructor(glob: string) {
    const source = glob.split(/(\*+)/).map((piece) => {
      if (!piece.startsWith('*')) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return piece.length > 1 ? '.*' : '[^/]*';
    });
    this.#pattern = new RegExp(`^${source.join('')}$`, 's');
  }

  matches(text: string): boolean {
    return this.#pattern.test(text);
  }
}

/** A glob of URIs, in the form in which policies see them: `canonicalUri`. */
export function uriGlob(glob: string): Glob {
  if (!glob.includes('*')) return new Glob(canonicalUri(glob));
  return new Glob(decodedUri(glob).replace(/^[A-Za-z][A-Za-z0-9+.-]*:/, (scheme) => scheme.toLowerCase()));
}
