import { Agent, request } from 'node:http';

const TIMEOUT_MS = 30_000;

/** Sends each request to the next replica, as a balancer without affinity does, under the host of the public address. */
export class HttpClient {
  #agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: TIMEOUT_MS });
  #replicas;
  #turn = 0;

  /** @param {import('./replicas.mjs').Replicas['all']} replicas */
  constructor(replicas) {
    this.#replicas = replicas;
  }

  get origin() {
    return `http://${this.#replicas[0].host}`;
  }

  /** The replica that the next request goes to. */
  next() {
    return this.#replicas[this.#turn++ % this.#replicas.length];
  }

  /**
   * `to`: a certain replica. `stream`: resolves at the head, with the response in place of the text.
   * @returns {Promise<{ status: number, headers: Record<string, any>, text: string, response?: import('node:http').IncomingMessage }>}
   */
  send(path, { method = 'GET', headers = {}, body, to = this.next(), stream = false } = {}) {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: stream ? false : this.#agent,
          host: '127.0.0.1',
          port: to.port,
          path,
          method,
          headers: {
            host: to.host,
            ...headers,
            ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          const { statusCode: status } = response;
          if (stream && status === 200) {
            resolve({ status, headers: response.headers, text: '', response });
            return;
          }
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => (text += chunk));
          response.on('error', reject);
          response.on('end', () => resolve({ status, headers: response.headers, text }));
        },
      );
      if (!stream) sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error('no answer')));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/** @throws Error with what came instead */
export function expectStatus(answer, status, contains = '') {
  if (answer.status === status && answer.text.includes(contains)) return answer;
  throw new Error(`${answer.status} in place of ${status} ${contains}: ${answer.text.slice(0, 300)}`);
}
