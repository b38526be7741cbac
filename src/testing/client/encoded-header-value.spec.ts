import { describe, expect, it } from 'vitest';
import { headerValue } from '../../mcp/header-value.js';
import { encodedHeaderValue } from './encoded-header-value.js';

describe('encodedHeaderValue', () => {
  it.each(['eu', 'two words', 'a-b/c.d'])('leaves %j as it is', (text) => {
    expect(encodedHeaderValue(text)).toBe(text);
  });

  it.each(['', ' a', 'a ', 'Zürich', 'a\r\nb', '=?base64?YQ==?='])(
    'encodes %j, which the server reads again',
    (text) => {
      const encoded = encodedHeaderValue(text);
      expect(encoded).toMatch(/^=\?base64\?[A-Za-z0-9+/=]*\?=$/);
      expect(headerValue(encoded)).toBe(text);
    },
  );
});
