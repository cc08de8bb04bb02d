/** Number of a key in a {@link KeyTable}: 0 for the first, and so on. */
export type KeyId = number & { readonly __brand: 'KeyId' };

/**
 * Every different key's bytes, once, and its number. Keys are told apart by their bytes alone, as 32-bit words, without
 * making strings of them: most files hold the keys of the file before, in the same order, and comparing words is ten
 * times as fast as looking a string up.
 *
 * What stands for a key is the entry from its length to the end of its padding, which begins and ends at a multiple of
 * eight bytes.
 */
export class KeyTable {
  #words = new Int32Array(1024);
  /** Where each key's words begin; one more than there are keys. */
  #starts = new Int32Array(64);
  #size = 0;
  /** Open addressing by hash: number of a key plus one, or 0. */
  #index = new Int32Array(128);
  /** Keys whose hashes meet too many others': whoever writes files may know the hash, and must not make this slow. */
  readonly #crowded = new Map<string, number>();

  /**
   * Finds a key.
   *
   * @param words - The file, as 32-bit words.
   * @param start - Index of the word that holds the key's length.
   * @param end - Index behind the last word of padding.
   * @param guess - The number to compare with first: that of the key before, plus one.
   */
  find(words: Int32Array, start: number, end: number, guess: number): KeyId | undefined {
    if (this.#isKey(guess, words, start, end)) return guess;
    const mask = this.#index.length - 1;
    let position = hash(words, start, end) & mask;
    for (let probes = 0; probes < MOST_PROBES; probes++) {
      const id = (this.#index[position] ?? 0) - 1;
      if (id < 0) return undefined;
      if (this.#isKey(id, words, start, end)) return id;
      position = (position + 1) & mask;
    }
    const id = this.#crowded.get(textOf(words, start, end));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only numbers of keys are in it
    return id as KeyId | undefined;
  }

  /** Adds a key that {@link KeyTable.find} did not find. */
  add(words: Int32Array, start: number, end: number): KeyId {
    const id = this.#size++;
    const from = this.#starts[id] ?? 0;
    const to = from + end - start;
    this.#words = withRoom(this.#words, to);
    this.#words.set(words.subarray(start, end), from);
    this.#starts = withRoom(this.#starts, id + 2);
    this.#starts[id + 1] = to;
    if (2 * this.#size > this.#index.length) this.#rehash();
    else this.#place(id);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that makes the brand
    return id as KeyId;
  }

  /** How many bytes a key's entry has, from its length to the end of its padding. */
  byteLength(id: number): number {
    return Int32Array.BYTES_PER_ELEMENT * ((this.#starts[id + 1] ?? 0) - (this.#starts[id] ?? 0));
  }

  /** All keys' words, until the next {@link KeyTable.add}; those of a key begin at {@link KeyTable.startOf}. */
  get words(): Int32Array {
    return this.#words;
  }

  startOf(id: number): number {
    return this.#starts[id] ?? 0;
  }

  /** Says whether the words before `end` are those of a key that is known. */
  endsWith(id: number, words: Int32Array, end: number): boolean {
    const length = (this.#starts[id + 1] ?? 0) - (this.#starts[id] ?? 0);
    return end >= length && this.#isKey(id, words, end - length, end);
  }

  #isKey(id: number, words: Int32Array, start: number, end: number): id is KeyId {
    if (id >= this.#size) return false;
    const own = this.#words;
    let position = this.#starts[id] ?? 0;
    if ((this.#starts[id + 1] ?? 0) - position !== end - start) return false;
    for (let i = start; i < end; i++) {
      if (words[i] !== own[position++]) return false;
    }
    return true;
  }

  #place(id: number): void {
    const [start, end] = [this.#starts[id] ?? 0, this.#starts[id + 1] ?? 0];
    const mask = this.#index.length - 1;
    let position = hash(this.#words, start, end) & mask;
    for (let probes = 0; probes < MOST_PROBES; probes++) {
      if (this.#index[position] === 0) {
        this.#index[position] = id + 1;
        return;
      }
      position = (position + 1) & mask;
    }
    this.#crowded.set(textOf(this.#words, start, end), id);
  }

  #rehash(): void {
    this.#index = new Int32Array(2 * this.#index.length);
    this.#crowded.clear();
    for (let id = 0; id < this.#size; id++) this.#place(id);
  }
}

/** At half load, keys that nobody chose to collide need fewer. */
const MOST_PROBES = 64;

function hash(words: Int32Array, start: number, end: number): number {
  let state = 0;
  for (let i = start; i < end; i++) {
    state = Math.imul(state ^ (words[i] ?? 0), 0x5bd1e995);
    state ^= state >>> 15;
  }
  return state;
}

function textOf(words: Int32Array, start: number, end: number): string {
  return Buffer.from(words.buffer, words.byteOffset + 4 * start, 4 * (end - start)).toString('latin1');
}

function withRoom(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= array.length) return array;
  const larger = new Int32Array(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}
