const MINUTE_MS = 60_000;

/** What the clocks in a zone show. */
const READINGS = {
  getFullYear: (wall: Date) => wall.getUTCFullYear(),
  getMonth: (wall: Date) => wall.getUTCMonth(),
  getDate: (wall: Date) => wall.getUTCDate(),
  getDayOfWeek: (wall: Date) => wall.getUTCDay(),
  getHours: (wall: Date) => wall.getUTCHours(),
  getMinutes: (wall: Date) => wall.getUTCMinutes(),
} as const;

export type ZoneReading = keyof typeof READINGS;

export const ZONE_READINGS = Object.keys(READINGS) as ZoneReading[];

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** Since 1970; the offset holds for this one. */
  minute: number;
  offsetMs: number;
}

const ZONES = new Map<string, Zone>();

/** @throws RangeError for a time zone that nobody knows */
export function requireTimeZone(name: string): Zone {
  let zone = ZONES.get(name);
  if (!zone) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    ZONES.set(name, (zone = { format, minute: Number.NaN, offsetMs: 0 }));
  }
  return zone;
}

/** One reading of a moment. Works out the offset of a zone once a minute: asking for it takes longer than everything else of a decision. */
export function readInZone(reading: ZoneReading, moment: Date, timeZone: string): bigint {
  const zone = requireTimeZone(timeZone);
  const minute = Math.floor(moment.getTime() / MINUTE_MS);
  if (zone.minute !== minute) {
    const parts = zone.format.formatToParts(moment);
    const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
    zone.offsetMs = wall - minute * MINUTE_MS;
    zone.minute = minute;
  }
  return BigInt(READINGS[reading](new Date(moment.getTime() + zone.offsetMs)));
}
