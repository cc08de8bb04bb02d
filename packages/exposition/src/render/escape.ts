const LABEL_VALUE_SPECIALS = /[\\"\n]|\p{Surrogate}/gu;
/** Cheap, and true of nearly nothing: most label values go out as they are. */
const MAY_BE_SPECIAL = /[\\"\n\ud800-\udfff]/;
const TEXT_HELP_SPECIALS = /[\\\n]|\p{Surrogate}/gu;

/**
 * Escapes a label value for both formats, or a help text for OpenMetrics: backslash, newline and double quote.
 * A lone surrogate, which UTF-8 cannot carry, becomes U+FFFD.
 */
export function escapeQuoted(text: string): string {
  return MAY_BE_SPECIAL.test(text) ? text.replace(LABEL_VALUE_SPECIALS, escapeCharacter) : text;
}

/** Escapes a help text for text 0.0.4: backslash and newline, and not the double quote. */
export function escapeTextHelp(text: string): string {
  return text.replace(TEXT_HELP_SPECIALS, escapeCharacter);
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '\\':
      return '\\\\';
    case '"':
      return '\\"';
    case '\n':
      return '\\n';
    default:
      return '\u{fffd}';
  }
}
