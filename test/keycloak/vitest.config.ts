import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.keycloak-spec.ts'],
    globalSetup: 'global-setup.ts',
    // A first start of Keycloak fetches and builds it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One Keycloak for all.
    fileParallelism: false,
  },
});
