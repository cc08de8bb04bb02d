import { defineConfig } from 'vitest/config';

// Long storms, apart from `pnpm test`: they take the whole machine for minutes.
export default defineConfig({
  test: {
    name: 'stress',
    include: ['{packages,tests}/**/*.stress.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});
