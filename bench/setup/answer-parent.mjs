/**
 * The other end of `Child`: calls the handler that a message names in `do`, and sends what it returns. Ends with the parent.
 * @param {Record<string, (message: Record<string, any>) => unknown>} handlers
 */
export function answerParent(handlers) {
  process.on('message', (message) => {
    Promise.resolve()
      .then(() => handlers[message.do](message))
      .then(
        (answer) => process.send(answer ?? {}),
        (error) => process.send({ error: error?.stack ?? String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}
