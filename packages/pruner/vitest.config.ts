import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'pruner', include: ['{src,test}/**/*.test.ts'] } });
