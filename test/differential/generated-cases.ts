import { type DifferentialCase, single } from './differential-case.js';
import type { Mutation } from './mutations.js';
import type { WireRequest } from './wire-request.js';

/** Every good request with every mutation that changes it. */
export function mutated(
  era: string,
  requests: Readonly<Record<string, WireRequest>>,
  mutations: readonly Mutation[],
): DifferentialCase[] {
  return Object.entries(requests).flatMap(([name, request]) =>
    mutations.flatMap((mutation) => {
      const changed = mutation.apply(request);
      return changed && JSON.stringify(changed) !== JSON.stringify(request)
        ? [single(`${era}: ${name}, ${mutation.name}`, changed)]
        : [];
    }),
  );
}
