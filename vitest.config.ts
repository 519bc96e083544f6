import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real nodes, sockets and stores need more than the default five seconds on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make real nodes slower.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
