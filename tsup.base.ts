import { defineConfig } from 'tsup';

type Config = ReturnType<typeof defineConfig>;

/**
 * The one build that every package uses: ESM, declarations, sources kept apart by package (nothing of a
 * dependency is bundled in).
 *
 * @param entry - Entry files, by output name or as paths; `src/index.ts` unless the package has bins too.
 * @param declared - What the declarations are made of, where that is not the entry files.
 */
export function packageBuild(
  entry: string[] | Record<string, string> = ['src/index.ts'],
  declared?: Record<string, string>,
): Config {
  return defineConfig({
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    dts: declared === undefined ? true : { entry: declared },
    sourcemap: true,
    clean: true,
    treeshake: true,
    // Shared chunks let a package with a bin and a library hold each module once.
    splitting: true,
    tsconfig: 'tsconfig.json',
  });
}
