/**
 * The ways in which a label name reads as words, in lower case: `x_user_id`, `xUserId`, `XUserID` and `xuserid`
 * all contain `user`, `id`.
 *
 * A name has several readings, because nothing says which spelling was meant: `userIDs` is `user`, `i`, `ds` by
 * its capitals and `user`, `ids` without them.
 *
 * @param labelName - Any text; what is neither an ASCII letter nor a digit separates words.
 * @param vocabulary - Words that may be written together; a part that consists of them alone is taken apart.
 */
export function nameReadings(
  labelName: string,
  vocabulary: ReadonlySet<string>,
): readonly [byCapitals: readonly string[], bySeparators: readonly string[], together: readonly string[]] {
  const parts = labelName.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  const byCapitals = parts.flatMap((part) => part.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/));
  const read = (reading: readonly string[]): readonly string[] =>
    reading.flatMap((part) => takeApart(withoutNumber(part.toLowerCase()), vocabulary));
  return [read(byCapitals), read(parts), read([parts.join('')])];
}

/** `address2` is an address; a part that is all digits stays. */
function withoutNumber(part: string): string {
  let end = part.length;
  while (end > 0 && isDigit(part.charCodeAt(end - 1))) end--;
  return end === 0 ? part : part.slice(0, end);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** No label name that anyone writes is longer; it keeps the search below from growing with hostile text. */
const LONGEST_PART = 64;

/** Splits a part into words of the vocabulary, fewest first, or leaves it whole if it is not made of them. */
function takeApart(part: string, vocabulary: ReadonlySet<string>): readonly string[] {
  if (vocabulary.has(part) || part.length > LONGEST_PART) return [part];
  // reached[end]: the words that make up the first `end` characters.
  const reached: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= part.length; end++) {
    for (let start = 0; start < end; start++) {
      const before = reached[start];
      const word = part.slice(start, end);
      if (before === undefined || !vocabulary.has(word)) continue;
      const best = reached[end];
      if (best === undefined || before.length + 1 < best.length) reached[end] = [...before, word];
    }
  }
  return reached[part.length] ?? [part];
}
