/** Answers the parent's question for the CPU time of this process so far, in microseconds of user and system time. */
export function reportUsage() {
  process.on('message', (message) => {
    if (message !== 'usage') return;
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicroseconds: user + system, user, rssBytes: process.memoryUsage.rss() });
  });
  process.on('disconnect', () => process.exit(0));
}
