import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'worker-topology',
    include: ['{src,test}/**/*.test.ts'],
    // The embedded Postgres alone takes up to ten seconds to start on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
