import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'exposition', include: ['{src,test}/**/*.test.ts'] } });
