/** A generator of numbers below 2^32, the same for the same seed (Marsaglia's xorshift). */
export function seededRandom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Numbers at which bounds are. */
const INTERESTING = [
  0,
  1,
  -1,
  4,
  7,
  8,
  9,
  16,
  255,
  4095,
  4096,
  65_535,
  65_536,
  2 ** 20,
  2 ** 31 - 1,
  -(2 ** 31),
];
const BYTES = [0x00, 0x20, 0x22, 0x2c, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc3, 0xed, 0xff];

/** Changes a few things in a copy of a shard's bytes, as a bug, a bad disk or an attacker would. */
export function mutate(original: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  let bytes: Buffer = Buffer.from(original);
  for (let changes = 1 + (random() % 4); changes > 0; changes--) bytes = change(bytes, other, random);
  return bytes;
}

function change(bytes: Buffer, other: Uint8Array, random: () => number): Buffer {
  const at = bytes.length === 0 ? 0 : random() % bytes.length;
  const pick = <T>(all: readonly T[]): T => all[random() % all.length] as T;
  switch (random() % 11) {
    case 0:
      if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << (random() % 8));
      return bytes;
    case 1:
      if (bytes.length > 0) bytes[at] = pick(BYTES);
      return bytes;
    case 2: {
      // Key lengths stand at multiples of four, and say where everything else is.
      const word = at & ~3;
      if (word + 4 <= bytes.length) bytes.writeInt32LE(pick(INTERESTING), word);
      return bytes;
    }
    case 3: {
      const word = at & ~3;
      if (word + 4 <= bytes.length)
        bytes.writeInt32LE((bytes.readInt32LE(word) + (random() % 17) - 8) | 0, word);
      return bytes;
    }
    case 4:
      if (bytes.length >= 4) bytes.writeInt32LE(pick([...INTERESTING, bytes.length, at, at & ~7]), 0);
      return bytes;
    case 5:
      return bytes.subarray(0, at);
    case 6:
      return Buffer.concat([bytes, Buffer.alloc(random() % 512, pick(BYTES))]);
    case 7: {
      const from = at & ~7;
      return Buffer.concat([
        bytes.subarray(0, from),
        bytes.subarray(from & ~63),
        bytes.subarray(from),
      ]).subarray(0, 65_536);
    }
    case 8: {
      const from = at & ~7;
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 8 * (random() % 8))]);
    }
    case 9: {
      const from = (random() % (other.length + 1)) & ~7;
      return Buffer.concat([bytes.subarray(0, at & ~7), other.subarray(from)]);
    }
    default: {
      // A value that is no plain number.
      const value = at & ~7;
      const special = [Number.NaN, Infinity, -Infinity, -0, 5e-324, 1.7e308, -1];
      if (value + 8 <= bytes.length) bytes.writeDoubleLE(pick(special), value);
      return bytes;
    }
  }
}
