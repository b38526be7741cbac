import { defineConfig } from 'vitest/config';
import { OWN_PACKAGE } from './test/support/own-package.js';

// Files share their workers: every test closes what it opens, and loading the application once a file would take most of the time.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: OWN_PACKAGE,
        test: { name: 'unit', include: ['src/**/*.spec.ts'], environment: 'node', isolate: false },
      },
      {
        resolve: OWN_PACKAGE,
        test: {
          name: 'e2e',
          isolate: false,
          include: [
            'test/{e2e,architecture}/**/*.{e2e-,}spec.ts',
            'test/attacks/**/*.attack-spec.ts',
            'examples/*/test/*.spec.ts',
          ],
          environment: 'node',
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
