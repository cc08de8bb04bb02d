import { z } from 'zod';

import { hostComplaint } from './host-name.js';
import { integerSetting, type Setting, textSetting } from './setting.js';

/** Which labels an exporter lets out: those that the standard policy allows, or all. */
export type LabelPolicyChoice = 'standard' | 'off';

export const host: Setting<string> = textSetting(
  {
    variable: 'WORKER_METRICS_EXPORTER_HOST',
    expected: 'an IP address or a host name, without port, brackets or scheme, or unix: and an absolute path',
    example: '127.0.0.1',
    description: 'Address that the exporter listens on.',
  },
  z.string().superRefine((text, context) => {
    const message = hostComplaint(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
  '127.0.0.1',
);

export const port: Setting<number> = integerSetting(
  {
    variable: 'WORKER_METRICS_EXPORTER_PORT',
    expected: 'a port, a whole number from 0 (any free port) to 65535',
    example: '9108',
    description: 'Port that the exporter listens on; 0 for any free one.',
  },
  { min: 0, max: 65_535, fallback: 9108 },
);

export const labelPolicy: Setting<LabelPolicyChoice> = textSetting<LabelPolicyChoice>(
  {
    variable: 'PROMSHARD_LABEL_POLICY',
    expected: 'standard or off',
    example: 'standard',
    description: 'Which labels the exporter lets out: those that the standard policy allows, or all.',
  },
  z.enum(['standard', 'off'], { error: 'names no policy' }),
  'standard',
);
