/** How names outside of `[a-zA-Z0-9_:]` are written (Prometheus, "UTF-8 escaping schemes"). */
export type EscapingScheme = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/** All schemes, by the words that stand in `Accept` and `Content-Type`. */
export const ESCAPING_SCHEMES: readonly EscapingScheme[] = ['allow-utf-8', 'underscores', 'dots', 'values'];

/** What a name names: a label's may have no colon. */
export type NameKind = 'metric' | 'label';

const PLAIN: Readonly<Record<NameKind, RegExp>> = {
  metric: /^[a-zA-Z_:][a-zA-Z0-9_:]*$/,
  label: /^[a-zA-Z_][a-zA-Z0-9_]*$/,
};
const PLAIN_CHARACTER: Readonly<Record<NameKind, RegExp>> = {
  metric: /^[a-zA-Z0-9_:]$/,
  label: /^[a-zA-Z0-9_]$/,
};
const SURROGATE = /\p{Surrogate}/gu;

/** Whether every parser takes the name without quotes. */
export function isPlainName(name: string, kind: NameKind): boolean {
  return PLAIN[kind].test(name);
}

/**
 * Escapes a name as Prometheus' own libraries do (`model.EscapeName` of prometheus/common, as `expfmt` applies it):
 * a name that needs no escaping stays as it is, in every scheme. A label name's colon, which those libraries let
 * through though no parser takes it, is escaped here.
 *
 * @returns A plain name; with `allow-utf-8` any name, which is to be quoted unless it is plain. Half a surrogate
 *   pair, which UTF-8 cannot carry, counts as U+FFFD. The empty name, which nothing can carry, becomes `_`.
 */
export function escapeName(name: string, scheme: EscapingScheme, kind: NameKind): string {
  if (isPlainName(name, kind)) return name;
  if (name === '') return '_';
  const wellFormed = name.replace(SURROGATE, '\u{fffd}');
  if (scheme === 'allow-utf-8') return wellFormed;
  let escaped = scheme === 'values' ? 'U__' : '';
  let isFirst = true;
  for (const character of wellFormed) {
    const isPlain = PLAIN_CHARACTER[kind].test(character) && !(isFirst && isDigit(character));
    escaped += escapeCharacter(character, isPlain, scheme);
    isFirst = false;
  }
  return escaped;
}

function escapeCharacter(
  character: string,
  isPlain: boolean,
  scheme: 'underscores' | 'dots' | 'values',
): string {
  switch (scheme) {
    case 'underscores':
      return isPlain ? character : '_';
    case 'dots':
      if (character === '.') return '_dot_';
      return isPlain && character !== '_' ? character : '__';
    case 'values':
      if (character === '_') return '__';
      return isPlain ? character : `_${(character.codePointAt(0) ?? 0).toString(16)}_`;
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}
