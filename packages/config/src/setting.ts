import { z } from 'zod';

import type { SettingOrigin } from './setting-source.js';

/** How one setting is named, described and parsed. */
export interface Setting<T> {
  /** Its environment variable. */
  readonly variable: string;
  /** The accepted form, as a noun phrase that follows "Expected". */
  readonly expected: string;
  /** An accepted value, as it stands in the environment. */
  readonly example: string;
  /** Parses the variable's text, or `undefined` when it is unset. */
  readonly fromText: z.ZodType<T>;
  /** Parses an explicit option, or `undefined` when it is not given. */
  readonly fromOption: z.ZodType<T>;
  /** A line for the reader of the JSON schema. */
  readonly description: string;
  /** docker compose passes `NAME=` for a variable it has no value for: such text counts as unset unless this is set. */
  readonly emptyIsGiven?: boolean;
}

type SettingNames = Pick<Setting<unknown>, 'variable' | 'expected' | 'example' | 'description'>;

/** A setting as it takes effect, and where it comes from. */
export interface EffectiveSetting {
  /** The key of the option, which is also that of the configuration file. */
  readonly name: string;
  readonly variable: string;
  /** The value for display: cut, escaped, without credentials. `nothing` where there is none. */
  readonly value: string;
  readonly origin: SettingOrigin;
}

/** Text without white space around it: such values come from a quoting mistake or a file's last newline. */
export const trimmedText: z.ZodType<string> = z
  .string({ error: (issue) => (issue.input === undefined ? 'is not set' : 'is not a string') })
  .refine((text) => text === text.trim(), { error: 'starts or ends with white space', abort: true });

/** Digits only, and no leading zero, which some languages take for octal. */
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/** A whole number between two bounds; its text is plain decimal digits. */
export function integerSetting(
  names: SettingNames,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): Setting<number> {
  const bounded = z
    .number({ error: 'is not a number' })
    .refine((value) => Number.isInteger(value), { error: 'is not a whole number', abort: true })
    .min(min, { error: `is less than ${min}` })
    .max(max, { error: `is more than ${max}` });
  const digits = trimmedText.refine((text) => DECIMAL.test(text), {
    error: 'is not written in plain decimal digits',
    abort: true,
  });
  return {
    ...names,
    fromText: digits.transform(Number).pipe(bounded).default(fallback),
    fromOption: bounded.meta({ type: 'integer' }).default(fallback),
  };
}

/** Text with a form of its own, the same for the variable and for the option. */
export function textSetting<T extends string>(
  names: SettingNames,
  form: z.ZodType<T, string>,
  fallback: T,
): Setting<T> {
  const schema = trimmedText.pipe(form).meta(formOf(form)).default(fallback);
  return { ...names, fromText: schema, fromOption: schema };
}

/** `true` or `false`. */
export function switchSetting(names: SettingNames, fallback: boolean): Setting<boolean> {
  const text = trimmedText
    .pipe(z.enum(['true', 'false'], { error: 'is neither true nor false' }))
    .transform((word) => word === 'true');
  return {
    ...names,
    fromText: text.default(fallback),
    fromOption: z.boolean({ error: 'is neither true nor false' }).default(fallback),
  };
}

/** As {@link textSetting}, for text that may be absent. */
export function optionalTextSetting(
  names: SettingNames,
  form: z.ZodType<string, string>,
): Setting<string | undefined> {
  const schema = trimmedText.pipe(form).meta(formOf(form)).optional();
  return { ...names, fromText: schema, fromOption: schema };
}

/** What a JSON schema says of a form, such as its choices; trimming hides it from the generator. */
function formOf(form: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...said } = z.toJSONSchema(form, { unrepresentable: 'any' });
  return said;
}
