import { ScopeHierarchy } from '../../oauth/scope-hierarchy.js';
import { parseBearerChallenge } from '../client/bearer-challenge.js';
import type { Assault } from './assault.js';
import type { Observed } from './probe.js';
import type { Target } from './target.js';

/** Sends a good request with a good token that lacks one of the scopes, each in turn, and with one that has none at all. */
export async function attackScopes(assault: Assault, target: Target): Promise<void> {
  const hierarchy = assault.gate.get(ScopeHierarchy);
  for (const missing of target.scopes) {
    const rest = target.scopes.filter((scope) => scope !== missing);
    // Whoever holds a scope that implies the missing one may come in.
    if (hierarchy.covers(hierarchy.expand(rest), missing)) continue;
    const name = `a token without the scope ${missing}`;
    const observed = await assault.send(name, target, {
      authorization: await assault.bearer({ scopes: rest }),
    });
    judge(assault, name, target, observed);
  }
  await attackWithoutScopes(assault, target);
}

async function attackWithoutScopes(assault: Assault, target: Target): Promise<void> {
  if (assault.options.open?.includes(target.name)) return;
  const name = 'a token without any scope';
  const observed = await assault.send(name, target, { authorization: await assault.bearer({ scopes: [] }) });
  if (target.own && target.scopes.length === 0 && observed.status < 400) {
    const advice = `put @RequireScope beside @McpMethod('${target.name}'), or name it in "open"`;
    assault.report('needs-no-scope', name, target, observed, advice);
    return;
  }
  judge(assault, name, target, observed);
}

function judge(assault: Assault, name: string, target: Target, observed: Observed): void {
  if (observed.status === 0) return;
  const challenge = parseBearerChallenge(observed.headers.get('www-authenticate'));
  if (observed.status < 400) {
    assault.report(
      'accepted',
      name,
      target,
      observed,
      'let the policy refuse whoever lacks a scope that is declared',
    );
  } else if (observed.status !== 403 || challenge?.error !== 'insufficient_scope') {
    assault.report(
      'wrong-refusal',
      name,
      target,
      observed,
      'answer 403 with error="insufficient_scope", so that clients ask for more',
    );
  }
}
