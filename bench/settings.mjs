const { env } = process;

/** How long and how much is measured. bench/README.md describes the variables. */
export const SETTINGS = {
  /** seconds that each server is measured for in each round */
  seconds: Number(env.BENCH_SECONDS ?? 2.5),
  rounds: Number(env.BENCH_ROUNDS ?? 5),
  /** parts of row names; empty for all rows */
  only: (env.BENCH_ONLY ?? '').split(';').filter((part) => part !== ''),
  /** share of the usual warm-up */
  warmUp: Number(env.BENCH_WARM_UP ?? 1),
  /** part of the name of the servers that write a CPU profile to results/ */
  profile: env.BENCH_PROFILE,
  /** seconds that the streams are held */
  streamSeconds: Number(env.BENCH_STREAM_SECONDS ?? 120),
  streams: Number(env.BENCH_STREAMS ?? 5000),
};

/** Fewer rounds than that prove nothing, neither way. */
export const MINIMUM_ROUNDS = 5;

/** A run that left nothing out: what it finds may be published. */
export const IS_WHOLE_RUN =
  SETTINGS.only.length === 0 &&
  SETTINGS.rounds >= MINIMUM_ROUNDS &&
  SETTINGS.seconds >= 2 &&
  SETTINGS.warmUp >= 1;

/** Whether a row is asked for. */
export function isChosen(name) {
  return SETTINGS.only.length === 0 || SETTINGS.only.some((part) => name.includes(part));
}
