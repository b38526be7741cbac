/** Loaded into a replica beside the program: tells the soak what is in use after a full collection. Nothing else of the process is touched. */
process.on('message', () => {
  globalThis.gc();
  setTimeout(() => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ live: heapUsed + external });
  }, 50);
});
// Whoever started it is gone: it shall not stay.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel to the soak shall keep no process alive that has been told to stop.
process.channel.unref();
