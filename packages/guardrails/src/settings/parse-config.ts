import { definePolicy, LabelPolicyError, type PolicyRules } from '@promshard/label-policy';
import { z } from 'zod';

import { GuardError } from '../guard-error.js';
import type { GuardConfig } from './guard-config.js';
import { nearestName } from './nearest-name.js';

const text = z.string().refine((value) => value.trim() !== '', { error: 'is empty' });
const patterns = z.array(text).min(1);
const reason = text.refine((value) => value.trim().split(/\s+/).length >= 3, {
  error: 'is no reason: expected a sentence of at least three words',
});

const importAllowance = z.union(
  [
    z.strictObject({ package: text, file: z.undefined().optional(), reason }),
    z.strictObject({ file: text, package: z.undefined().optional(), reason }),
  ],
  { error: 'has to name either a "package" or a "file", and a "reason" of at least three words' },
);
const metricAllowance = z.strictObject({
  metric: text,
  code: text.optional(),
  label: text.optional(),
  reason,
});
/** Checked by label-policy itself, which knows its rules. */
const policy = z.record(z.string(), z.unknown()).transform((rules, context): PolicyRules => {
  try {
    definePolicy(rules);
  } catch (error) {
    const problems = error instanceof LabelPolicyError ? error.problems : ['is no policy'];
    for (const message of problems) context.addIssue({ code: 'custom', message });
  }
  return rules;
});

const taskNameSource = z
  .strictObject({
    kind: text,
    file: text,
    export: text.optional(),
    property: text.optional(),
    call: text.optional(),
    argument: z.int().min(0).optional(),
  })
  .transform(({ kind, file, export: name, property, call, argument = 0 }, context) => {
    if (name !== undefined && call === undefined) return { kind, file, export: name, property };
    if (call !== undefined && name === undefined) return { kind, file, call, argument };
    context.addIssue({ code: 'custom', message: 'has to name either an "export" or a "call"' });
    return z.NEVER;
  });

const SCHEMA = z.strictObject({
  $schema: z.string().optional(),
  include: patterns.default(['src/**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}']),
  exclude: z.array(text).default(['**/node_modules/**', '**/dist/**', '**/*.d.ts', '**/*.test.*']),
  conditions: z.array(text).default([]),
  workers: z
    .strictObject({
      entries: patterns,
      servers: z.record(text, z.union([z.literal('any'), z.array(text).min(1)])).default({}),
      allow: z.array(importAllowance).default([]),
    })
    .optional(),
  exporters: z
    .strictObject({
      entries: patterns,
      forbidden: z.record(text, reason).default({}),
      settings: z.array(text).default([]),
      allow: z.array(importAllowance).default([]),
    })
    .optional(),
  metrics: z
    .strictObject({
      modules: z.array(text).min(1).default(['prom-client', '@promshard/writer']),
      policy: policy.default({}),
      allow: z.array(metricAllowance).default([]),
    })
    .optional(),
  taskNames: z.strictObject({ snapshot: text, sources: z.array(taskNameSource).min(1) }).optional(),
  audit: z
    .strictObject({
      maxSeriesPerMetric: z.int().min(1).default(2000),
      policy: policy.default({}),
      allow: z.array(metricAllowance).default([]),
    })
    .default({ maxSeriesPerMetric: 2000, policy: {}, allow: [] }),
});

/** What `audit` does without a configuration file. */
export const DEFAULT_CONFIG: GuardConfig = parseConfig('the defaults', {});

/**
 * Checks the content of a configuration file and fills in its defaults.
 *
 * @param source - What to call it in errors.
 * @throws {@link GuardError} `config-invalid` with every problem at once; unknown keys are problems.
 */
export function parseConfig(source: string, content: unknown): GuardConfig {
  const result = SCHEMA.safeParse(content);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describe(issue));
  throw new GuardError(
    'config-invalid',
    [`${source} is not valid.`, ...problems.map((line) => `  - ${line}`)].join('\n'),
  );
}

function describe(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [`${place || 'The content'}: ${issue.message}`];
  const known = keysAt(SCHEMA, issue.path);
  return issue.keys.map((key) => {
    const nearest = nearestName(key, known);
    const hint = nearest === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
    return `${[place, key].filter((part) => part !== '').join('.')} is no known key. ${hint}`;
  });
}

/** The keys of the object at a path of the schema. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let at = unwrap(schema);
  for (const key of path) {
    if (at instanceof z.ZodObject) at = unwrap((at.shape as Record<PropertyKey, z.core.$ZodType>)[key] ?? at);
    else if (at instanceof z.ZodArray) at = unwrap(at.element);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema;
}
