import { z } from 'zod';

import { type ConfigFile, readConfigFile } from './config-file.js';
import { ConfigError, type ConfigProblem, describeProblem } from './config-error.js';
import { KNOWN_KEYS, KNOWN_VARIABLES } from './known-settings.js';
import type { EffectiveSetting, Setting } from './setting.js';
import type { Environment, Given } from './setting-source.js';
import { showValue } from './show-value.js';
import { unknownVariables } from './unknown-variables.js';

/** One setting for each key of a role's configuration, in the order in which problems are listed. */
export type Settings<C> = { readonly [K in keyof C]-?: Setting<C[K]> };

/** Explicit values; one that is not `undefined` beats all other sources. */
export type Overrides<C> = { readonly [K in keyof C]?: C[K] | undefined };

/** A role's configuration with the sources of its values. */
export interface ReadSettings<C> {
  readonly config: C;
  readonly effective: readonly EffectiveSetting[];
}

/** What a role's settings are looked up in. */
export interface Sources {
  readonly env: Environment;
  readonly file: ConfigFile;
}

/** Opens the sources of a process: reads the configuration file, if one is named. */
export function openSources(env: Environment): Sources {
  return { env, file: readConfigFile(env, KNOWN_KEYS) };
}

/**
 * Parses a role's settings together: explicit options beat the environment, the environment beats the file, the
 * file beats the defaults.
 *
 * @throws {@link ConfigError} with every problem at once, of unknown variables and keys too.
 */
export function readSettings<C extends object>(
  settings: Settings<C>,
  sources: Sources,
  options: Overrides<C>,
): ReadSettings<C> {
  const schemas: Record<string, z.ZodType> = {};
  const given: Record<string, Given> = {};
  for (const key in settings) {
    const setting = settings[key];
    const found = find(setting, key, sources, options[key]);
    given[key] = found;
    schemas[key] =
      found.origin === 'option' || found.origin === 'file' ? setting.fromOption : setting.fromText;
  }

  const values = Object.fromEntries(Object.entries(given).map(([key, { value }]) => [key, value]));
  const result = z.object(schemas).safeParse(values);
  const problems = [
    ...(result.success ? [] : listProblems(settings, given, result.error.issues, sources)),
    ...sources.file.problems,
    ...unknownVariables(sources.env, KNOWN_VARIABLES),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  // A setting without a value is left out, not undefined. Each schema gives the type of its setting.
  const config = Object.fromEntries(Object.entries(result.data).filter(([, value]) => value !== undefined));
  const effective = Object.entries<Setting<unknown>>(settings).map(([name, { variable }]) =>
    describeEffective(name, variable, config[name], given[name]?.origin ?? 'unset'),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod cannot carry C through a built shape.
  return { config: config as C, effective };
}

/** The value of one setting that another depends on; its default where it is wrong, which is told elsewhere. */
export function peekSetting<T>(setting: Setting<T>, key: string, sources: Sources, option: T | undefined): T {
  const { origin, value } = find(setting, key, sources, option);
  const schema = origin === 'option' || origin === 'file' ? setting.fromOption : setting.fromText;
  const result = schema.safeParse(value);
  return result.success ? result.data : setting.fromText.parse(undefined);
}

function describeEffective(
  name: string,
  variable: string,
  value: unknown,
  origin: Given['origin'],
): EffectiveSetting {
  const isDefault = origin === 'unset' && value !== undefined;
  return { name, variable, value: showValue(value), origin: isDefault ? 'default' : origin };
}

function find(setting: Setting<unknown>, key: string, { env, file }: Sources, option: unknown): Given {
  if (option !== undefined) return { origin: 'option', value: option };
  const text = env[setting.variable];
  if (text !== undefined && (text !== '' || setting.emptyIsGiven === true)) {
    return { origin: 'environment', value: text };
  }
  if (Object.hasOwn(file.values, key)) return { origin: 'file', value: file.values[key] };
  return { origin: 'unset', value: undefined };
}

/** The first issue of each setting: later ones only repeat it in other words. */
function listProblems<C>(
  settings: Settings<C>,
  given: Readonly<Record<string, Given>>,
  issues: readonly z.core.$ZodIssue[],
  { file }: Sources,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const key in settings) {
    const issue = issues.find(({ path }) => path[0] === key);
    const found = given[key];
    if (issue === undefined || found === undefined) continue;
    const { variable, expected, example } = settings[key];
    const problem = {
      variable,
      expected,
      example: `${variable}=${example}`,
      received: showValue(found.value),
    };
    const subject = `${variable}${giver(key, found, file)}`;
    problems.push(describeProblem({ ...problem, subject, complaint: issue.message }));
  }
  return problems;
}

function giver(key: string, { origin }: Given, file: ConfigFile): string {
  if (origin === 'option') return ` (given as the option "${key}")`;
  return origin === 'file' ? ` (given as "${key}" in ${showValue(file.path)})` : '';
}
