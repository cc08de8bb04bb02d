import { parseArgs } from 'node:util';

import { CONFIG_ROLES, type ConfigRole } from './config-command.js';
import { OUTPUT_FORMATS, type OutputFormat } from './output/report.js';
import { nearestName } from './settings/nearest-name.js';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'misuse'; readonly message: string }
  | {
      readonly kind: 'check';
      readonly config: string | undefined;
      readonly format: OutputFormat;
      readonly strict: boolean;
      readonly cache: boolean;
      readonly updateSnapshot: boolean;
    }
  | {
      readonly kind: 'audit';
      readonly target: string;
      readonly config: string | undefined;
      readonly format: OutputFormat;
      readonly strict: boolean;
      readonly maxSeries: number | undefined;
    }
  | { readonly kind: 'config'; readonly roles: readonly ConfigRole[]; readonly json: boolean };

/** The text of `--help`. */
export const HELP = `promshard-guard: what must not happen in a metrics topology

  promshard-guard [check]        look at a codebase by the rules of promshard-guard.config.json
  promshard-guard audit TARGET   look at an exposition: a URL, a directory of shards or a file
  promshard-guard config         print the configuration that this environment gives

  --config FILE       the configuration file; promshard-guard.config.json by default   (check, audit)
  --format FORMAT     text, json, sarif or github; text by default                     (all; config: text, json)
  --strict            fail on warnings too                                             (check, audit)
  --no-cache          read every file anew                                             (check)
  --update-snapshot   write the snapshot of task names                                 (check)
  --max-series N      series that one metric may have, 2000 by default                 (audit)
  --role ROLE         writer, exporter or pruner; all by default                       (config)
  --version           print the version and exit
  --help              print this and exit

Exit codes: 0 nothing found, 1 found something, 64 wrong arguments, 66 an input is not there, 69 a URL cannot be scraped,
73 the snapshot cannot be written, 78 wrong configuration.
`;

const OPTIONS = {
  config: { type: 'string' },
  format: { type: 'string' },
  strict: { type: 'boolean' },
  'no-cache': { type: 'boolean' },
  'update-snapshot': { type: 'boolean' },
  'max-series': { type: 'string' },
  role: { type: 'string' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type OptionName = keyof typeof OPTIONS;

const COMMANDS: Readonly<Record<'check' | 'audit' | 'config', readonly OptionName[]>> = {
  check: ['config', 'format', 'strict', 'no-cache', 'update-snapshot'],
  audit: ['config', 'format', 'strict', 'max-series'],
  config: ['format', 'role'],
};

/** Parses the arguments behind the program's name. */
export function parseCommandLine(args: readonly string[]): Command {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [name = 'check', ...rest] = positionals;
  if (name !== 'check' && name !== 'audit' && name !== 'config') {
    const nearest = nearestName(name, Object.keys(COMMANDS));
    return misuse(`${name} is no command.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`);
  }
  const foreign = (Object.keys(values) as OptionName[]).filter((option) => !COMMANDS[name].includes(option));
  if (foreign.length > 0) return misuse(`--${foreign[0]} is no option of ${name}.`);
  const format = values.format ?? 'text';
  if (!isFormat(format)) return misuse(`--format is one of ${OUTPUT_FORMATS.join(', ')}.`);
  if (rest.length > (name === 'audit' ? 1 : 0)) return misuse(`${name} takes no argument ${rest.at(-1)}.`);
  const { config, strict = false, role } = values;

  switch (name) {
    case 'check': {
      const { 'no-cache': noCache = false, 'update-snapshot': updateSnapshot = false } = values;
      return { kind: 'check', config, format, strict, cache: !noCache, updateSnapshot };
    }
    case 'audit': {
      const [target] = rest;
      if (target === undefined) return misuse('audit needs a URL, a directory or a file.');
      const text = values['max-series'];
      if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text))
        return misuse('--max-series is a whole number from 1.');
      return {
        kind: 'audit',
        target,
        config,
        format,
        strict,
        maxSeries: text === undefined ? undefined : Number(text),
      };
    }
    case 'config': {
      if (format !== 'text' && format !== 'json') return misuse('config is printed as text or json.');
      const roles = CONFIG_ROLES.filter((known) => role === undefined || role === known);
      if (roles.length === 0) return misuse(`--role is one of ${CONFIG_ROLES.join(', ')}.`);
      return { kind: 'config', roles, json: format === 'json' };
    }
    default:
      return name satisfies never;
  }
}

function isFormat(text: string): text is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(text);
}

function misuse(message: string): Command {
  return { kind: 'misuse', message };
}
