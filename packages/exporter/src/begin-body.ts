/** Bytes up to which a body is made at once: what forty slow readers may hold of it is a bounded forty megabytes. */
const WHOLE_BYTES = 1024 * 1024;

/** A body that is whole, or of which there is more. */
export type BegunBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'pieces'; readonly pieces: Iterable<Buffer> };

/**
 * Encodes the pieces of a text as UTF-8, all of them if they are few. Of many, only the first are asked for here, the others
 * when the result is read.
 */
export function beginBody(texts: Iterator<string, void, undefined>): BegunBody {
  const first = texts.next();
  if (first.done === true) return { kind: 'whole', bytes: Buffer.alloc(0) };
  let text = texts.next();
  if (text.done === true) return { kind: 'whole', bytes: Buffer.from(first.value) };

  let bytes: Buffer = Buffer.allocUnsafe(4 * first.value.length);
  let used = bytes.write(first.value);
  for (; text.done !== true; text = texts.next()) {
    if (used >= WHOLE_BYTES)
      return { kind: 'pieces', pieces: rest(bytes.subarray(0, used), text.value, texts) };
    // A UTF-16 code unit is three bytes of UTF-8 at most.
    bytes = withRoom(bytes, used, 3 * text.value.length);
    used += bytes.write(text.value, used);
  }
  return { kind: 'whole', bytes: bytes.subarray(0, used) };
}

function withRoom(bytes: Buffer, used: number, more: number): Buffer {
  if (used + more <= bytes.length) return bytes;
  const larger = Buffer.allocUnsafe(Math.max(2 * bytes.length, used + more));
  bytes.copy(larger, 0, 0, used);
  return larger;
}

function* rest(begun: Buffer, next: string, texts: Iterator<string, void, undefined>): Generator<Buffer> {
  try {
    yield begun;
    yield Buffer.from(next);
    for (let text = texts.next(); text.done !== true; text = texts.next()) yield Buffer.from(text.value);
  } finally {
    texts.return?.();
  }
}
