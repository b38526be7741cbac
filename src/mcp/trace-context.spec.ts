import { describe, expect, it } from 'vitest';
import { traceContext, traceId } from './trace-context.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

describe('trace context in _meta (W3C Trace Context, SEP-414)', () => {
  it('is read with what belongs to it', () => {
    const meta = { traceparent: PARENT, tracestate: 'a=1', baggage: 'user=7', other: 1 };
    expect(traceContext(meta)).toEqual({ traceparent: PARENT, tracestate: 'a=1', baggage: 'user=7' });
    expect(traceId(traceContext(meta))).toBe(TRACE);
  });

  it('leaves out what is too long or no text', () => {
    const meta = { traceparent: PARENT, tracestate: 'x'.repeat(513), baggage: {} };
    expect(traceContext(meta)).toEqual({ traceparent: PARENT });
  });

  it.each([
    undefined,
    {},
    { traceparent: 7 },
    { traceparent: PARENT.toUpperCase() },
    { traceparent: `ff${PARENT.slice(2)}` },
    { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` },
    { traceparent: `00-${TRACE}-${'0'.repeat(16)}-01` },
    { traceparent: `${PARENT}\n` },
    { tracestate: 'a=1' },
  ])('counts as absent where it is %j', (meta) => {
    expect(traceContext(meta)).toBeUndefined();
    expect(traceId(traceContext(meta))).toBeUndefined();
  });
});
