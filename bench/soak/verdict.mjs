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
 * How the memory of a replica went after the first third, in which the caches fill: the verified tokens have come round once after five minutes.
 * Resident memory, and the least heap of each minute, which is what a collection left.
 * @returns {{ resident: Fitted, heap: Fitted, flat: boolean, judged: boolean }}
 */
export function memoryOf({ samples }, replica, seconds) {
  const after = samples.filter(({ at }) => at >= seconds / 3);
  const of = (member) => after.map((sample) => [sample.at, sample.replicas[replica][member]]);
  const resident = fitted(of('resident'), seconds);
  const heap = fitted(leastOfEachMinute(of('heap')), seconds);
  const flat = isFlat(resident) && isFlat(heap);
  return { resident, heap, flat, judged: seconds >= JUDGED_FROM_SECONDS };
}

/** @returns {{ from: number, to: number, perHour: number }} bytes, along the line */
function fitted(points, seconds) {
  const { slope, at } = line(points);
  return { from: at(seconds / 3), to: at(seconds), perHour: slope * 3600 };
}

function leastOfEachMinute(points) {
  const minutes = Map.groupBy(points, ([at]) => Math.floor(at / 60));
  return [...minutes.values()].map((minute) => minute.toSorted(([, one], [, other]) => one - other)[0]);
}

function isFlat({ from, to }) {
  return to - from <= Math.max(FLAT.share * from, FLAT.bytes);
}

/** In words, for the note. */
export const FLAT_MEANS = `Flat: neither resident memory nor the least heap of each minute grows by more than ${FLAT.share * 100} %, or ${FLAT.bytes / 2 ** 20} MiB, along the line through the last two thirds (least squares). Before, the caches fill: the one of verified tokens for five minutes.`;
