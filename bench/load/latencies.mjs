/** @param {number[]} values milliseconds @returns {{ p50: number, p90: number, p99: number, max: number }} */
export function percentiles(values) {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
