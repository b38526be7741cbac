import { defineConfig } from 'vitest/config';
import { OWN_PACKAGE } from '../support/own-package.js';

/**
 * On PostgreSQL: the end-to-end tests and the attacks, and the contract that every storage fulfils, as they run on SQLite elsewhere; and
 * what only a shared database can do.
 */
export default defineConfig({
  resolve: OWN_PACKAGE,
  test: {
    root: `${import.meta.dirname}/../..`,
    include: [
      'test/e2e/**/*.e2e-spec.ts',
      'test/attacks/**/*.attack-spec.ts',
      'test/postgres/**/*.postgres-spec.ts',
      'src/storage/settings.spec.ts',
      'src/authorization-server/**/*.spec.ts',
      'src/cli/**/*.spec.ts',
      'src/audit/sinks/database-sink.spec.ts',
    ],
    globalSetup: 'test/postgres/global-setup.ts',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
