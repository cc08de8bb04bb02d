/** Bytes up to which a body is made at once: what forty slow readers may hold of it is a bounded forty megabytes. */
const WHOLE_BYTES = 1024 * 1024;

/** A body that is whole, or of which there is more. */
export type BegunBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'pieces'; readonly pieces: Iterable<Uint8Array> };

/**
 * Puts the pieces of a body together, if they are few. Of many, only the first are asked for here, the others when the
 * result is read.
 */
export function beginBody(pieces: Iterator<Uint8Array, void, undefined>): BegunBody {
  const begun: Uint8Array[] = [];
  let length = 0;
  for (let piece = pieces.next(); piece.done !== true; piece = pieces.next()) {
    if (length >= WHOLE_BYTES) return { kind: 'pieces', pieces: rest([...begun, piece.value], pieces) };
    begun.push(piece.value);
    length += piece.value.length;
  }
  return { kind: 'whole', bytes: Buffer.concat(begun, length) };
}

function* rest(
  begun: readonly Uint8Array[],
  pieces: Iterator<Uint8Array, void, undefined>,
): Generator<Uint8Array> {
  try {
    // One by one: what is thrown into a generator would be handed on to an array's iterator, which takes nothing.
    for (const piece of begun) yield piece;
    for (let piece = pieces.next(); piece.done !== true; piece = pieces.next()) yield piece.value;
  } finally {
    pieces.return?.();
  }
}
