import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { name: 'guardrails', include: ['{src,test}/**/*.test.ts'] } });
