import { ConfigError } from '@promshard/config';

import type { WebConfigProblem } from './web-config.js';

const VARIABLE = 'PROMSHARD_WEB_CONFIG_FILE';

/** The error of a web configuration that cannot be used, with every problem found. */
export function webConfigError(file: string, problems: readonly WebConfigProblem[]): ConfigError {
  return new ConfigError(
    problems.map(({ key, line, complaint, expected, example, received }) => {
      const where = line === undefined ? '' : ` line ${line}`;
      const subject = `${VARIABLE} ${JSON.stringify(file)}${where}: ${key === '' ? '' : `${key} `}${complaint}`;
      const message = `${subject}. Expected ${expected}, for example ${example}. Received ${received}.`;
      return { variable: VARIABLE, expected, example, received, message };
    }),
  );
}
