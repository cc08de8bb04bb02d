import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'shard-format', include: ['{src,test}/**/*.test.ts'] } });
