import type { SeriesKey } from '@promshard/shard-format';
import type { Label } from './snapshot.js';

/** A key's parts; its labels in the order in which they stand there. */
export interface KeyParts extends Omit<SeriesKey, 'labels'> {
  readonly labels: readonly Label[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Of more labels than some hundred, a JSON parser may read the key. */
const MOST_QUOTES = 512;

/**
 * Reads keys as Python and promshard write them, if nothing in them is escaped: their strings are then what stands between
 * the quotes. Nearly all of a first scrape is spent here, so what a key has in common with the one before, most of it, is
 * compared and not made again.
 */
export class PlainKeys {
  readonly #quotes = new Int32Array(MOST_QUOTES);
  #last: KeyParts = { family: '', sample: '', labels: [], help: '' };

  /**
   * Reads the key that stands from byte `start` up to `end`.
   *
   * @returns Its parts; strings and labels that are equal to those of the key before in their place are the same. Undefined
   *   where the key is written in any other way; a JSON parser has to look at it then.
   */
  read(bytes: Buffer, start: number, end: number): KeyParts | undefined {
    const found = this.#findQuotes(bytes, start, end);
    const labelCount = (found - 6) / 4;
    if (!Number.isInteger(labelCount) || labelCount < 0) return undefined;
    const quotes = this.#quotes;
    const isBetween = (text: string, i: number): boolean =>
      isText(bytes, (quotes[i] ?? 0) + 1, quotes[i + 1] ?? 0, text);
    const stringAt = (i: number, last: string | undefined): string =>
      textOf(bytes, (quotes[i] ?? 0) + 1, quotes[i + 1] ?? 0, last);
    const isFramed =
      isText(bytes, start, quotes[0] ?? 0, '[') &&
      isBetween(', ', 1) &&
      isBetween(labelCount === 0 ? ', {}, ' : ', {', 3) &&
      isText(bytes, (quotes[found - 1] ?? 0) + 1, end, ']');
    if (!isFramed) return undefined;
    const last = this.#last;
    // Mostly, there are as many as in the key before: a copy takes no more room than it needs, an array that grows does.
    const labels = last.labels.slice(0, labelCount);
    for (let i = 0; i < labelCount; i++) {
      const at = 4 + 4 * i;
      if (!isBetween(': ', at + 1) || !isBetween(i + 1 < labelCount ? ', ' : '}, ', at + 3)) return undefined;
      const lastLabel = last.labels[i];
      const name = stringAt(at, lastLabel?.[0]);
      // Not in order, or twice: not as we know it.
      if (name <= (labels[i - 1]?.[0] ?? '')) return undefined;
      const value = stringAt(at + 2, lastLabel?.[1]);
      const isSame = lastLabel?.[0] === name && lastLabel[1] === value;
      labels[i] = isSame ? lastLabel : [name, value];
    }
    this.#last = {
      family: stringAt(0, last.family),
      sample: stringAt(2, last.sample),
      labels,
      help: stringAt(found - 2, last.help),
    };
    return this.#last;
  }

  /** How many quotes there are; 0 where not all is plain. */
  #findQuotes(bytes: Buffer, start: number, end: number): number {
    const quotes = this.#quotes;
    let found = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        if (found === MOST_QUOTES) return 0;
        quotes[found++] = at;
      } else if (byte < 0x20 || byte > 0x7f || byte === BACKSLASH) return 0;
    }
    return found;
  }
}

/** The text of some bytes, which are ASCII: `last` itself if it is that. */
function textOf(bytes: Buffer, start: number, end: number, last: string | undefined): string {
  return last !== undefined && isText(bytes, start, end, last) ? last : bytes.toString('latin1', start, end);
}

function isText(bytes: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
