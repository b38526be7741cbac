import { evaluate } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { readInZone, requireTimeZone, ZONE_READINGS } from './time-in-zone.js';

const MOMENTS = [
  '2026-01-01T00:30:00Z',
  '2026-03-29T00:59:59.999Z',
  '2026-03-29T01:00:00Z',
  '2026-10-25T00:59:30Z',
  '2026-10-25T01:00:00Z',
  '2026-02-28T23:59:59Z',
  '2024-02-29T12:00:00Z',
  '1969-12-31T23:59:59.500Z',
].map((text) => new Date(text));

describe.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Kiritimati'])(
  'the time in %s',
  (zone) => {
    it.each(ZONE_READINGS)('%s is what the library of CEL says, to and fro', (reading) => {
      for (const moment of [...MOMENTS, ...MOMENTS.toReversed()]) {
        const expected: unknown = evaluate(`t.${reading}("${zone}")`, { t: moment });
        expect(readInZone(reading, moment, zone), moment.toISOString()).toBe(expected);
      }
    });
  },
);

describe('a time zone', () => {
  it('that nobody knows is refused', () => {
    expect(() => requireTimeZone('Nowhere/Land')).toThrow(RangeError);
  });
});
