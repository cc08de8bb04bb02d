import { z } from 'zod';

import { KNOWN_SETTINGS } from './known-settings.js';

/** The JSON schema of the configuration file; `schema.json` is this, and a test compares the two. */
export function configFileSchema(): object {
  const shape: Record<string, z.ZodType> = {
    $schema: z.string().optional(),
    dir: z.string().optional().meta({
      description: 'Absolute path of the shared directory; the deployment provides it.',
    }),
  };
  for (const [key, { fromOption, description, variable }] of Object.entries(KNOWN_SETTINGS)) {
    shape[key] = fromOption.meta({ description: `${description} Variable: ${variable}.` });
  }
  return {
    title: 'Configuration of promshard',
    ...z.toJSONSchema(z.strictObject(shape), { io: 'input', unrepresentable: 'any' }),
  };
}
