import { randomUUID } from 'node:crypto';
import type { Assault } from './assault.js';
import type { Target } from './target.js';

const BURST = 40;

/** Many calls of two users at the same time: every answer has to be the right one. */
export async function attackInParallel(assault: Assault, target: Target): Promise<void> {
  const name = 'many calls at once';
  const users = [randomUUID(), randomUUID()];
  const tokens = await Promise.all(users.map((subject) => assault.bearer({ subject })));
  const calls = Array.from({ length: assault.options.burst ?? BURST }, async (_unused, index) => {
    const of = index % users.length;
    const id = `${of}-${index}`;
    const observed = await assault.send(name, target, { authorization: tokens[of], id });
    const other = users[(of + 1) % users.length] as string;
    const crossed = observed.text.includes(other) || (observed.message?.id ?? id) !== id;
    if (crossed)
      assault.report(
        'crossed-callers',
        name,
        target,
        observed,
        'keep nothing of a call in the provider: it serves all callers',
      );
  });
  await Promise.all(calls);
}
