import { z } from 'zod';

import { ConfigError, type ConfigProblem } from './config-error.js';
import type { Setting } from './setting.js';
import { showValue } from './show-value.js';

/** A process environment: `process.env`, or a plain object in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Settings<C> = { readonly [K in keyof C]-?: Setting<C[K]> };

type Given =
  | { readonly source: 'option'; readonly value: unknown }
  | { readonly source: 'environment'; readonly value: string }
  | { readonly source: 'nowhere'; readonly value: undefined };

/**
 * Parses a role's settings together.
 *
 * @param settings - One setting a key of the result, in the order in which problems are listed.
 * @param options - Explicit values; one that is not `undefined` beats its variable, which is then not looked at.
 * @throws {@link ConfigError} with every problem at once.
 */
export function readSettings<C extends object>(
  settings: Settings<C>,
  env: Environment,
  options: { readonly [K in keyof C]?: C[K] | undefined },
): C {
  const schemas: Record<string, z.ZodType> = {};
  const given: Record<string, Given> = {};
  for (const key in settings) {
    const setting = settings[key];
    const found = find(setting, env, options[key]);
    given[key] = found;
    schemas[key] = found.source === 'option' ? setting.fromOption : setting.fromText;
  }

  const values = Object.fromEntries(Object.entries(given).map(([key, { value }]) => [key, value]));
  const result = z.object(schemas).safeParse(values);
  if (!result.success) throw new ConfigError(listProblems(settings, given, result.error.issues));
  // A setting without a value is left out, not undefined. Each schema gives the type of its setting.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod cannot carry C through a built shape.
  return Object.fromEntries(Object.entries(result.data).filter(([, value]) => value !== undefined)) as C;
}

function find(setting: Setting<unknown>, env: Environment, option: unknown): Given {
  if (option !== undefined) return { source: 'option', value: option };
  const text = env[setting.variable];
  if (text === undefined || (text === '' && setting.emptyIsGiven !== true)) {
    return { source: 'nowhere', value: undefined };
  }
  return { source: 'environment', value: text };
}

/** The first issue of each setting: later ones only repeat it in other words. */
function listProblems<C>(
  settings: Settings<C>,
  given: Readonly<Record<string, Given>>,
  issues: readonly z.core.$ZodIssue[],
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const key in settings) {
    const issue = issues.find(({ path }) => path[0] === key);
    const found = given[key];
    if (issue === undefined || found === undefined) continue;
    problems.push(describeProblem(settings[key], key, found, issue.message));
  }
  return problems;
}

function describeProblem(
  { variable, expected, example }: Setting<unknown>,
  key: string,
  { source, value }: Given,
  complaint: string,
): ConfigProblem {
  const received = showValue(value);
  const subject = source === 'option' ? `${variable} (given as the option "${key}")` : variable;
  const assignment = `${variable}=${example}`;
  const message = `${subject} ${complaint}. Expected ${expected}, for example ${assignment}. Received ${received}.`;
  return { variable, expected, example: assignment, received, message };
}
