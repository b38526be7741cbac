import { Connection } from './connection.mjs';

const NO_ANSWER_MS = 30_000;

/** Open connections to one server, and the requests that go over them, in turn. */
export class Pool {
  #connections = [];
  #workload;
  #onAnswer = () => {};
  #onError = () => {};

  /**
   * @param {number} port
   * @param {{ requests: Buffer[], bodies: Buffer[], sent: number }} workload as many bodies as there are different answers; requests repeat
   * them in turn. `sent` counts on from pool to pool.
   */
  constructor(port, workload) {
    this.port = port;
    this.#workload = workload;
  }

  async open(count) {
    const opening = Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const connection = new Connection(this.port, {
            onOpen: resolve,
            onAnswer: (answered) => this.#onAnswer(answered),
            onError: (error) => {
              reject(error);
              this.#onError(error);
            },
          });
          this.#connections.push(connection);
        }),
    );
    await Promise.all(opening);
  }

  get connections() {
    return this.#connections;
  }

  /** Sends the next request over a connection that waits for none. */
  ask(connection) {
    const { requests, bodies } = this.#workload;
    const at = this.#workload.sent++;
    connection.send(requests[at % requests.length], bodies[at % bodies.length]);
  }

  /** Runs until `done` is called; `onAnswer` is told which connection is free again. Rejects at the first wrong answer, or when none comes. */
  run(start) {
    return new Promise((resolve, reject) => {
      let last = 0;
      let answers = 0;
      const watch = setInterval(() => {
        if (answers === last) fail(new Error('no answer any more'));
        last = answers;
      }, NO_ANSWER_MS);
      const stop = () => {
        clearInterval(watch);
        this.#onAnswer = () => {};
        this.#onError = () => {};
      };
      const fail = (error) => {
        stop();
        this.close();
        reject(error);
      };
      const onAnswer = start((result) => {
        stop();
        resolve(result);
      });
      this.#onError = fail;
      this.#onAnswer = (connection) => {
        answers++;
        onAnswer(connection);
      };
    });
  }

  close() {
    for (const connection of this.#connections) connection.close();
    this.#connections = [];
  }
}
