import { defineConfig } from 'vitest/config';

/** What `npm pack` makes, installed as its users install it. Needs a registry, or a cache that has been filled from one. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.package-spec.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
