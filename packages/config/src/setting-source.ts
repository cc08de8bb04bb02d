/** Where a setting's value comes from; each beats those below it. */
export type SettingOrigin = 'option' | 'environment' | 'file' | 'default' | 'unset';

/** What was found for a setting. */
export type Given =
  | { readonly origin: 'option' | 'file'; readonly value: unknown }
  | { readonly origin: 'environment'; readonly value: string }
  | { readonly origin: 'unset'; readonly value: undefined };

/** A process environment: `process.env`, or a plain object in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;
