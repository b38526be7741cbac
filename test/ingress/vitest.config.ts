import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.ingress-spec.ts'],
    globalSetup: ['../helm/unpack-helm.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Everything listens on the ports that the chart gives to its containers.
    fileParallelism: false,
  },
});
