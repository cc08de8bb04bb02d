import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'writer', include: ['{src,test}/**/*.test.ts'] } });
