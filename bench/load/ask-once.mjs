/** One request over each connection, which then stays open and idle. @param {import('./pool.mjs').Pool} pool */
export function askOnce(pool) {
  return pool.run((done) => {
    let waiting = pool.connections.length;
    for (const connection of pool.connections) pool.ask(connection);
    return () => {
      if (--waiting === 0) done({});
    };
  });
}
