/** A run of what identifiers are made of, too short for any token, number or digest that a detector knows. */
const LONGEST_RUN = 11;

/** Digits in all; telephone numbers have seven, and more. */
const MOST_DIGITS = 6;

/** Random text in base64 has twenty characters, and capitals, small letters and digits among them. */
const SHORTEST_BASE64 = 20;

/** What a home folder's path goes through. */
const HOME = /\/(?:home|Users|root)\//;

/**
 * Whether a value is so plain that no detector could find anything in it: words in ASCII, with few digits, as routes and
 * names of tasks are. One pass over the text in place of forty expressions; a value that is not plain is no worse for it.
 *
 * What a detector needs that a plain value cannot have:
 * uuid, ULID, object-id, token, IBAN: a run of more than eleven letters, digits, `_` and `-`. (A UUID in groups of which
 * one separator is a dot has such a run, too.)
 * card number, timestamp, phone, long number: seven digits, or a colon behind a word.
 * MAC and IP address: two dots, or a colon that does not follow a slash. email, URL with a query, password in a URL:
 * `@`, `?`, `%`, `=` or such a colon. home path: a folder of that name, `~`, `$`, `%`, `\` or such a colon.
 * high entropy: words of sixteen characters, or of base64 as above.
 */
export function isPlainText(value: string): boolean {
  let run = 0;
  let digits = 0;
  let dots = 0;
  let capitals = 0;
  let before = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (isDigit(code)) {
      digits++;
      run++;
    } else if (isCapital(code)) {
      capitals++;
      run++;
    } else if (isSmallLetter(code) || code === 0x5f /* _ */ || code === 0x2d /* - */) {
      run++;
    } else {
      if (code === 0x2e /* . */) dots++;
      else if (code === 0x3a /* : */ ? before !== 0x2f /* / */ : !isQuiet(code)) return false;
      run = 0;
    }
    if (run > LONGEST_RUN) return false;
    before = code;
  }
  return (
    digits <= MOST_DIGITS &&
    dots < 2 &&
    (value.length < SHORTEST_BASE64 || capitals === 0 || digits === 0) &&
    !HOME.test(value)
  );
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isSmallLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** `/`, and the braces, brackets, asterisks and commas of route patterns. */
function isQuiet(code: number): boolean {
  return code === 0x2f || code === 0x7b || code === 0x7d || code === 0x2a || code === 0x2c;
}
