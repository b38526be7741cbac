import { describe, expect, it } from 'vitest';
import { acceptsHtml } from './accepts-html.js';

describe('whether a request takes a page', () => {
  it.each([
    ['text/html', true],
    ['text/html,application/xhtml+xml,*/*;q=0.8', true],
    ['application/json, Text/HTML;q=0.5', true],
    ['application/json', false],
    ['*/*', false],
    ['', false],
    [undefined, false],
  ])('Accept: %s, %s', (accept, expected) => {
    expect(acceptsHtml({ accept })).toBe(expected);
  });
});
