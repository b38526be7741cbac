import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.helm-spec.ts'],
    globalSetup: ['unpack-helm.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The life cycle listens on the ports that the chart gives to its containers.
    fileParallelism: false,
  },
});
