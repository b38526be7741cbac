import { describe, expect, it } from 'vitest';
import { shownText } from './shown-text.js';

describe('text that somebody else chose', () => {
  it.each([
    ['Claude', 'Claude'],
    ['Müller & Söhne', 'Müller & Söhne'],
    ['数据 助手', '数据 助手'],
    ['two\r\nlines\tand a tab', 'two lines and a tab'],
    ['\u202eedualC', 'edualC'],
    ['\u2066Claude\u2069', 'Claude'],
    ['Cla\u200bu\u200dde\u2060\ufeff', 'Claude'],
    ['a\u0000b\u0007\u001b[31mc', 'ab[31mc'],
    ['line\u2028separator', 'lineseparator'],
    ['Z\u0335\u0336\u0337\u0338\u0321algo', 'Z\u0335\u0336algo'],
    ['\u3164\u2800\u115f', ''],
    ['   ', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(shownText(text)).toBe(shown);
  });

  it('is cut at its length, between letters', () => {
    expect(shownText('x'.repeat(81))).toBe(`${'x'.repeat(79)}…`);
    expect(shownText('x'.repeat(80))).toBe('x'.repeat(80));
    expect(Array.from(shownText('😀'.repeat(500), 10))).toHaveLength(10);
  });
});
