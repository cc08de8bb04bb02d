import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'misuse'; readonly message: string }
  | { readonly kind: 'reset'; readonly dir: string | undefined; readonly json: boolean }
  | {
      readonly kind: 'prune';
      readonly dir: string | undefined;
      readonly watch: boolean;
      readonly dryRun: boolean;
      readonly json: boolean;
    };

/** The text of `--help`. */
export const HELP = `promshard-pruner: folds the shards of dead writers, so that counters never fall and files stay few

usage: promshard-pruner [options]
       promshard-pruner reset [--dir DIR] [--json]     empties a directory in which no writer lives

  --dir DIR     the shard directory               (PROMETHEUS_MULTIPROC_DIR)
  --once        run once and exit; the default
  --watch       run until SIGTERM or SIGINT       (PROMSHARD_PRUNE_INTERVAL_MS, 10000)
  --dry-run     say what a run would do, and change nothing
  --json        print each report as one line of JSON
  --version     print the version and exit
  --help        print this and exit

Exit codes: 0 done, or stopped by a signal; 1 failed; 2 not emptied, since somebody lives there or may; 64 unknown
option; 75 another pruner holds the lock; 78 wrong configuration.
`;

/** Parses the arguments behind the program's name. */
export function parseCommandLine(args: readonly string[]): Command {
  let values, positionals;
  try {
    ({ values, positionals } = parseArgs({
      args: [...args],
      options: OPTIONS,
      strict: true,
      allowPositionals: true,
    }));
  } catch (error) {
    return { kind: 'misuse', message: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const { dir, once = false, watch = false, 'dry-run': dryRun = false, json = false } = values;
  const [word, ...words] = positionals;
  if (words.length > 0 || (word !== undefined && word !== 'reset')) {
    return {
      kind: 'misuse',
      message: `The only command is "reset"; got ${JSON.stringify(positionals.join(' '))}.`,
    };
  }
  if (word === 'reset') {
    if (once || watch || dryRun) return { kind: 'misuse', message: 'reset takes --dir and --json alone.' };
    return { kind: 'reset', dir, json };
  }
  if (watch && (once || dryRun)) {
    return { kind: 'misuse', message: '--watch goes neither with --once nor with --dry-run.' };
  }
  return { kind: 'prune', dir, watch, dryRun, json };
}

const OPTIONS = {
  dir: { type: 'string' },
  once: { type: 'boolean' },
  watch: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
