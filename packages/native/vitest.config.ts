import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'native', include: ['{src,test}/**/*.test.ts'] } });
