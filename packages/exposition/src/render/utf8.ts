const ENCODER = new TextEncoder();

/**
 * Writes a text as UTF-8 to byte `at`, and says where it ends.
 *
 * @param bytes - With room for three bytes for each UTF-16 code unit, which is the most that one takes.
 */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Lines are short and nearly always ASCII: faster than a call of the encoder for each.
    if (code > 0x7f) return at + i + ENCODER.encodeInto(text.slice(i), bytes.subarray(at + i)).written;
    bytes[at + i] = code;
  }
  return at + text.length;
}

/** The same bytes, or a copy with more room behind the first `used`. */
export function withRoom(
  bytes: Uint8Array<ArrayBuffer>,
  used: number,
  more: number,
): Uint8Array<ArrayBuffer> {
  if (used + more <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(2 * bytes.length, used + more));
  larger.set(bytes.subarray(0, used));
  return larger;
}
