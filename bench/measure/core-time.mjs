import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second (proc_stat(5)). */
const MICROSECONDS_PER_TICK = 10_000;

/**
 * Microseconds that a core has not been idle so far: what it did for processes, for the network, or, as its hypervisor saw fit, for somebody
 * else. Undefined where the system does not tell.
 */
export function coreTime(core) {
  let line;
  try {
    line = readFileSync('/proc/stat', 'utf8').match(new RegExp(`^cpu${core} (.*)$`, 'm'))?.[1];
  } catch {
    return undefined;
  }
  if (line === undefined) return undefined;
  const [user, nice, system, , , interrupts, softInterrupts, steal = 0] = line
    .trim()
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + interrupts + softInterrupts + steal) * MICROSECONDS_PER_TICK;
}
