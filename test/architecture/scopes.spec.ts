import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scopesAsMarkdown } from '../../src/cli/scopes-as-markdown.js';
import { describedScopes } from '../../src/roles/described-scopes.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the scopes of the documentation', () => {
  it('docs/scopes.md is what `gatehouse scopes --markdown` prints: write it anew after a change', async () => {
    expect(read('docs/scopes.md')).toBe(`${scopesAsMarkdown(await describedScopes({ variables: {} }))}\n`);
  });

  it('the table of the README names each scope, and what it implies', async () => {
    const rows = [...read('README.md').matchAll(/^\| `(mcp:[^`]+)` +\|[^|]*\| +(?:`([^`]+)`)? +\|$/gm)];
    const reference = await describedScopes({ variables: {} });
    expect(rows.map(([, scope, implied]) => [scope, implied === undefined ? [] : [implied]])).toEqual(
      reference.map(({ scope, implies }) => [scope, implies]),
    );
  });
});
