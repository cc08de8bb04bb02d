import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'label-policy', include: ['{src,test}/**/*.test.ts'] } });
