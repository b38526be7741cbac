import { defineConfig } from 'vitest/config';

// An attack sends hundreds of requests.
export default defineConfig({ test: { include: ['test/**/*.spec.ts'], testTimeout: 60_000 } });
