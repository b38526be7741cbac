const { env } = process;

/** How long and how much. bench/README.md describes the variables. */
export const SOAK = {
  /** seconds that the load is held, after the ramp */
  seconds: Number(env.SOAK_SECONDS ?? 900),
  /** units of work a second; 0: `share` of what a ramp finds */
  rate: Number(env.SOAK_RATE ?? 0),
  share: Number(env.SOAK_SHARE ?? 0.75),
  /** every span is exported, as nobody does for long: to see what that costs */
  traces: env.SOAK_TRACES === 'true',
  sampleSeconds: 5,
  /** streams that are held all the time, by era */
  streams: { '2026-07-28': 200, '2025-11-25': 40 },
  /** of Node's old space: the chart's, for the 512 MiB that a container may have by default */
  heapMegabytes: 384,
};

/** What is held shorter proves nothing about memory: V8 is still making room. */
export const JUDGED_FROM_SECONDS = 300;

/** What may be published. */
export const WHOLE_SECONDS = 900;
