const SHOWN_CHARACTERS = 80;

/** Control, format (bidirectional marks, zero-width), line separator and lone surrogate characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/**
 * Shows a received value inside an error message: quoted, at most 80 characters between the quotes, invisible
 * characters escaped, credentials of a URL taken out.
 *
 * @param value - What was received; anything other than a string is shown by its form or its type alone.
 */
export function showValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(withoutCredentials(value));
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'undefined':
      return 'nothing';
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
    case 'symbol':
    default:
      return `a ${typeof value}`;
  }
}

/**
 * Replaces what stands before the last `@` of something like `scheme://user:password@host` or
 * `user:password@host`, and a URL's query and fragment, by asterisks. A mistyped variable often holds the
 * connection string of its neighbour; the last `@` is taken because passwords are not always encoded.
 */
function withoutCredentials(text: string): string {
  const scheme = text.indexOf('://');
  const authority = scheme === -1 ? 0 : scheme + '://'.length;
  const at = Math.max(text.lastIndexOf('@'), 0);
  let shown = text;
  if (text.slice(0, at).includes(':')) {
    const beforeAuthority = text.slice(0, authority);
    shown = `${beforeAuthority.includes('@') ? '' : beforeAuthority}***${text.slice(at)}`;
  }
  if (scheme === -1) return shown;
  const extra = shown.search(/[?#]/);
  return extra === -1 ? shown : `${shown.slice(0, extra + 1)}***`;
}

/** Quotes with double quotes and stops before the 81st character of the escaped text. */
function quote(text: string): string {
  let shown = '';
  for (const character of text) {
    const escaped = escapeCharacter(character);
    if (shown.length + escaped.length > SHOWN_CHARACTERS) return `"${shown}"… (${text.length} characters)`;
    shown += escaped;
  }
  return `"${shown}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"') return '\\"';
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  if (!INVISIBLE.test(character)) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
