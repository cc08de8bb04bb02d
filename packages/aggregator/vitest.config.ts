import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'aggregator', include: ['{src,test}/**/*.test.ts'] } });
