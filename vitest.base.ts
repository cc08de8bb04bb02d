import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * The tests of one package: those beside the sources, and those of real processes in `test`.
 *
 * The limits only end what hangs: two cores that do something else besides are slow.
 */
export function packageTests(name: string): ViteUserConfig {
  return defineConfig({
    test: { name, include: ['{src,test}/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
  });
}
