import { JUDGED_FROM_SECONDS } from './settings.mjs';

/** What memory may grow by and be called flat: a share of it, or so much where that is more. */
const FLAT = { share: 0.1, bytes: 24 * 2 ** 20 };

/** Least squares through points `[seconds, value]`. */
export function line(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const under = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  const slope = under === 0 ? 0 : over / under;
  return { slope, at: (seconds) => y + slope * (seconds - x) };
}

/**
 * How the memory of a replica went: resident after the first third, and what was live before and at the end.
 * @returns {{ from: number, to: number, perHour: number, flat: boolean, judged: boolean }} bytes
 */
export function memoryOf({ samples, live }, replica, seconds) {
  const after = samples.filter(({ at }) => at >= seconds / 3);
  const fitted = line(after.map((sample) => [sample.at, sample.replicas[replica].resident]));
  const [from, to] = [fitted.at(seconds / 3), fitted.at(seconds)];
  const flat = isFlat(from, to) && isFlat(live.before[replica], live.held[replica]);
  return { from, to, perHour: fitted.slope * 3600, flat, judged: seconds >= JUDGED_FROM_SECONDS };
}

function isFlat(from, to) {
  return to - from <= Math.max(FLAT.share * from, FLAT.bytes);
}

/** In words, for the note. */
export const FLAT_MEANS = `Flat: neither the line through the resident memory of the last two thirds (least squares), nor what is live after a full collection, grows by more than ${FLAT.share * 100} %, or ${FLAT.bytes / 2 ** 20} MiB.`;
