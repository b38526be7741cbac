import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.interop-spec.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Inspector's callback has one fixed port.
    fileParallelism: false,
  },
});
