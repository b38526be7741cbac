import { CONTENDERS, WARM_UP } from '../contenders.mjs';
import { CONNECTIONS } from '../rows.mjs';
import { sample } from '../measure/sample.mjs';
import { SETTINGS } from '../settings.mjs';
import { httpRequest } from '../workload/http-request.mjs';
import { checkAnswer, operationNamed } from '../workload/operations.mjs';
import { Child, CLIENT_CORE } from './child.mjs';
import { Fleet } from './fleet.mjs';

const SEEN_TOKENS = 64;
/** More than the cache of verified tokens holds (10,000): whichever comes next was forgotten long before it comes again. */
const UNSEEN_TOKENS = 96 * 256;
/** Processes that answer what Gatehouse answered. */
const BARE = new Set(['bare', 'bare-verify']);

/** Servers that are started, know their answers and are warm, and the generator that asks them. */
export class Stage {
  #fleet;
  #generator = new Child('load/generator.mjs', { core: CLIENT_CORE });
  #seen;
  #unseen;
  #issuer;
  #warm = new Set();

  constructor(issuer) {
    this.#issuer = issuer;
    this.#fleet = new Fleet(issuer.verification);
    this.#seen = issuer.tokens(SEEN_TOKENS);
  }

  /** Makes the contenders of a row ready; then `subject` gives each of them. */
  async prepare(row) {
    const operation = operationNamed(row.operation);
    // Gatehouse first: the bare servers answer its bytes.
    const order = row.contenders.toSorted((left, right) => rank(left) - rank(right));
    let texts;
    for (const contender of order) {
      const { child } = await this.#fleet.get(CONTENDERS[contender].process);
      if (BARE.has(CONTENDERS[contender].process)) {
        await child.ask({ do: 'answers', firstId: operation.firstId, texts });
      }
      const learnt = await this.#learn(row, operation, contender);
      if (rank(contender) === 0) texts ??= learnt;
    }
    for (const contender of row.contenders) await this.#warmUp(row, contender);
  }

  async subject(row, contender) {
    const { child, ports } = await this.#fleet.get(CONTENDERS[contender].process);
    return {
      generator: this.#generator,
      server: child,
      port: ports[CONTENDERS[contender].port],
      key: keyOf(row, contender),
      connections: row.connections ?? CONNECTIONS,
    };
  }

  async #learn(row, operation, contender) {
    const { port, key } = await this.subject(row, contender);
    const tokens = row.tokens === 'unseen' ? this.#unseenTokens() : this.#seen;
    const count = Math.max(operation.ids, tokens.length);
    const requests = Array.from({ length: count }, (_unused, index) => {
      const id = operation.firstId + (index % operation.ids);
      return httpRequest({
        ...operation,
        id,
        params: operation.params(id),
        port,
        token: tokens[index % tokens.length],
      });
    });
    const { texts } = await this.#generator.ask({
      do: 'learn',
      key,
      port,
      requests,
      different: operation.ids,
    });
    for (const [index, text] of texts.entries()) checkAnswer(operation, operation.firstId + index, text);
    return texts;
  }

  async #warmUp(row, contender) {
    const { process, port, kind } = CONTENDERS[contender];
    const { first, other, again, minimumRequests } = WARM_UP[kind];
    const task = `${process} ${row.operation} ${row.tokens ?? ''}`;
    const path = `${task} ${port}`;
    const seconds = this.#warm.has(task) ? again : this.#warm.has(process) ? other : first;
    const isAgain = this.#warm.has(path);
    for (const done of [process, task, path]) this.#warm.add(done);
    const run = {
      do: 'closedLoop',
      seconds: seconds * SETTINGS.warmUp,
      minimumRequests: isAgain ? 0 : minimumRequests * SETTINGS.warmUp,
    };
    await sample(await this.subject(row, contender), run, { saturates: false });
  }

  #unseenTokens() {
    this.#unseen ??= this.#issuer.tokens(UNSEEN_TOKENS, 100);
    return this.#unseen;
  }

  stop() {
    this.#generator.stop();
    this.#fleet.stop();
  }
}

function rank(contender) {
  return CONTENDERS[contender].kind === 'gatehouse' ? 0 : 1;
}

function keyOf(row, contender) {
  return `${row.name} ${contender}`;
}
