const EXPRESSION = /\{(\+?)([A-Za-z0-9_]+)\}/g;

/** A URI template (RFC 6570) of level 1 and the reserved expansion of level 2, used the other way round: to match. */
export class UriTemplate {
  readonly variables: readonly string[];
  readonly #pattern: RegExp;

  /** @throws TypeError for an expression that this matcher does not know */
  constructor(readonly template: string) {
    const variables: string[] = [];
    let pattern = '';
    let position = 0;
    for (const match of template.matchAll(EXPRESSION)) {
      const [expression, reserved = '', name = ''] = match;
      pattern += literal(template.slice(position, match.index)) + (reserved ? '(.+)' : '([^/?#]+)');
      variables.push(name);
      position = match.index + expression.length;
    }
    const rest = template.slice(position);
    if (/[{}]/.test(rest) || /[{}]/.test(template.replace(EXPRESSION, ''))) {
      throw new TypeError(`unsupported expression in URI template "${template}"`);
    }
    this.variables = variables;
    this.#pattern = new RegExp(`^${pattern}${literal(rest)}$`, 's');
  }

  /** The variables as they stand in the URI, or undefined where it does not match. */
  match(uri: string): Record<string, string> | undefined {
    const found = this.#pattern.exec(uri);
    if (!found) return undefined;
    return Object.fromEntries(this.variables.map((name, index) => [name, found[index + 1] ?? '']));
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
