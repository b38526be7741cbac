import { defineConfig } from 'vitest/config';

// Files share their workers: every test closes what it opens, and loading the application once a file would take most of the time.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.spec.ts'], environment: 'node', isolate: false } },
      {
        test: {
          name: 'e2e',
          isolate: false,
          include: ['test/{e2e,architecture}/**/*.{e2e-,}spec.ts', 'test/attacks/**/*.attack-spec.ts'],
          environment: 'node',
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
