import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.rollout-spec.ts'],
    globalSetup: ['../helm/unpack-helm.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Everything listens on the ports that the chart gives to its containers.
    fileParallelism: false,
  },
});
