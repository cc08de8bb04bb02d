import fs from 'node:fs';
import path from 'node:path';

import { type ConfigProblem, describeProblem } from './config-error.js';
import { nearestName } from './nearest-name.js';
import type { Environment } from './setting-source.js';
import { showValue } from './show-value.js';

/** The environment variable that names the configuration file. */
export const CONFIG_FILE_VARIABLE = 'PROMSHARD_CONFIG';

/** A file is read whole; nobody configures this much. */
const MOST_BYTES = 1024 * 1024;

const EXPECTED = 'the absolute path of a readable JSON file';
const EXAMPLE = '/etc/promshard/promshard.json';

/** What a configuration file says, or what is wrong with it. Without a file it says nothing. */
export interface ConfigFile {
  /** Absolute path; undefined if no file is named. */
  readonly path: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads the file that {@link CONFIG_FILE_VARIABLE} names. Its keys are the options of all roles; one file may serve
 * every process of a deployment.
 *
 * @param known - Every key that a file may have; others are problems.
 */
export function readConfigFile(env: Environment, known: readonly string[]): ConfigFile {
  const named = env[CONFIG_FILE_VARIABLE];
  if (named === undefined || named === '') return { path: undefined, values: {}, problems: [] };
  if (!path.isAbsolute(named)) return broken(named, 'is a relative path');
  let text: string;
  try {
    text = readBounded(named);
  } catch (error) {
    return broken(named, `names a file that cannot be read (${codeOf(error)})`);
  }
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    // The parser's message quotes the file, which may hold a secret.
    return broken(named, 'names a file that is not JSON');
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    return broken(named, 'names a file that holds no JSON object');
  }
  const unknown = Object.keys(values).filter((key) => key !== '$schema' && !known.includes(key));
  return {
    path: named,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object that JSON.parse made
    values: values as Readonly<Record<string, unknown>>,
    problems: unknown.map((key) => unknownKey(key, known, named)),
  };
}

function readBounded(file: string): string {
  const descriptor = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(descriptor);
    if (size > MOST_BYTES)
      throw Object.assign(new Error('too large'), { code: `more than ${MOST_BYTES} bytes` });
    return fs.readFileSync(descriptor, 'utf8');
  } finally {
    fs.closeSync(descriptor);
  }
}

function broken(named: string, complaint: string): ConfigFile {
  const problem = describeProblem({
    variable: CONFIG_FILE_VARIABLE,
    subject: CONFIG_FILE_VARIABLE,
    complaint,
    expected: EXPECTED,
    example: `${CONFIG_FILE_VARIABLE}=${EXAMPLE}`,
    received: showValue(named),
  });
  return { path: undefined, values: {}, problems: [problem] };
}

/** What is received is not shown: an unknown key may be a secret of something else. */
function unknownKey(key: string, known: readonly string[], file: string): ConfigProblem {
  const nearest = nearestName(key, known);
  return describeProblem({
    variable: CONFIG_FILE_VARIABLE,
    subject: `${showValue(key)} in ${showValue(file)}`,
    complaint: nearest === undefined ? 'is no option' : `is no option; did you mean ${showValue(nearest)}?`,
    expected: `one of ${known.join(', ')}`,
    example: `"${nearest ?? known[0]}": …`,
    received: 'a value that is not shown',
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
