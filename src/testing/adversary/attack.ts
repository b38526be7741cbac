import type { TestGatehouse } from '../test-gatehouse.js';
import { attackArguments } from './argument-attacks.js';
import { Assault } from './assault.js';
import type { AttackOptions, AttackReport } from './attack-options.js';
import { layBait } from './bait.js';
import { attackInParallel } from './burst-attack.js';
import { attackGate } from './gate-attacks.js';
import { validatorOf } from './schema.js';
import { attackScopes } from './scope-attacks.js';
import { type Target, targetsOf } from './target.js';
import { attackTokens } from './token-attacks.js';

/**
 * Attacks everything that a gate offers: bad tokens, missing scopes, wrong and hostile arguments, another user's session, many calls at
 * once. The tools are really called, with real arguments: give them stand-ins for what they would change.
 * @returns what was found, as plain data
 * @throws Error where there is nothing to attack, so that no test passes for that reason
 */
export async function attack(gate: TestGatehouse, options: AttackOptions = {}): Promise<AttackReport> {
  const targets = targetsOf(gate.registry, options);
  requireAll(options.targets ?? [], targets);
  const bait = await layBait();
  try {
    const assault = new Assault(gate, options, bait);
    const reached: Target[] = [];
    for (const target of targets) if (await isReached(assault, target)) reached.push(target);
    const [first] = reached;
    if (first) await attackGate(assault, first);
    for (const target of reached) {
      await attackTokens(assault, target);
      await attackScopes(assault, target);
      await attackArguments(assault, target);
      await attackInParallel(assault, target);
    }
    assault.judgeLog();
    return {
      findings: assault.findings.all,
      attempts: assault.attempts,
      targets: targets.map(({ label }) => label),
    };
  } finally {
    await bait.remove();
  }
}

function requireAll(wanted: readonly string[], targets: readonly Target[]): void {
  const unknown = wanted.filter((name) => !targets.some((target) => target.name === name));
  if (unknown.length > 0) throw new Error(`there is nothing called ${unknown.join(', ')} to attack`);
  if (targets.length === 0) throw new Error('there is nothing to attack: the server offers nothing');
}

/** Whether somebody with every scope and good arguments gets through: else every attack would be refused for the wrong reason. */
async function isReached(assault: Assault, target: Target): Promise<boolean> {
  const name = 'a good request';
  const observed = await assault.send(name, target, { authorization: await assault.bearer() });
  if (target.schema && !validatorOf(target.schema)(target.valid)) {
    const advice = `name arguments that it takes: { arguments: { '${target.name}': { ... } } }`;
    assault.report('not-reached', name, target, observed, advice);
    return false;
  }
  if (observed.status !== 401 && observed.status !== 403) return true;
  assault.report(
    'not-reached',
    name,
    target,
    observed,
    'describe in "caller" a token that may do everything',
  );
  return false;
}
