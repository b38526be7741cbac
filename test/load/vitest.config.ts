import { defineConfig } from 'vitest/config';

/** What takes minutes and a machine for itself: constant load on built programs. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.load-spec.ts'],
    globalSetup: '../postgres/global-setup.ts',
    fileParallelism: false,
  },
});
