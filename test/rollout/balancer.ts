import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** How long it takes until a balancer hears of a change, as it takes in a cluster. */
const NEWS_MS = 300;

/**
 * The way from the clients to the pods: TCP connections, each to the next of those that may get requests. Connections that are open stay where
 * they are, whatever becomes of the pod. Where a pod takes no connection, it asks the next one, as ingress controllers do.
 */
export class Balancer {
  readonly #server: Server;
  readonly #timer: NodeJS.Timeout;
  #targets: readonly string[] = [];
  #turn = 0;

  /** `targets`: `host:port` of the pods that may get requests at this moment. */
  constructor(private readonly targets: () => readonly string[]) {
    this.#server = createServer((client) => this.#forward(client, this.#targets.length));
    this.#timer = setInterval(() => (this.#targets = this.targets()), NEWS_MS);
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#server.close();
  }

  #forward(client: Socket, tries: number): void {
    const target = this.#targets[this.#turn++ % Math.max(1, this.#targets.length)];
    if (target === undefined || tries === 0) {
      client.destroy();
      return;
    }
    const [host, port] = target.split(':');
    const pod = connect(Number(port), host);
    const next = (): void => this.#forward(client, tries - 1);
    pod.once('error', next);
    pod.once('connect', () => {
      pod.off('error', next);
      pipeline(client, pod, () => pod.destroy());
      pipeline(pod, client, () => client.destroy());
    });
  }
}
