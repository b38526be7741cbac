/**
 * Keeps this process awake until the returned function is called. Waking a process that sleeps in a read costs whoever writes to it,
 * and costs a slow server more than a fast one, which never lets it fall asleep. `onTurn` runs in every turn of the event loop. What the
 * function returns is the share of the time that the system gave to this process.
 */
export function poll(onTurn = () => {}) {
  let stopped = false;
  const started = performance.now();
  const usage = process.cpuUsage();
  const turn = () => {
    if (stopped) return;
    onTurn();
    setImmediate(turn);
  };
  turn();
  return () => {
    stopped = true;
    const { user, system } = process.cpuUsage(usage);
    return (user + system) / ((performance.now() - started) * 1000);
  };
}
