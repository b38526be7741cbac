import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The root tsconfig.json, which says the same, does not cover this folder.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    root: import.meta.dirname,
    include: ['*.differential-spec.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
