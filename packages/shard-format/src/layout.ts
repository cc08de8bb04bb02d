/**
 * Every number of the shard layout. FORMAT.md holds the same numbers as tables; `format-document.test.ts`
 * compares the two.
 *
 * The layout is that of Python's `prometheus_client` >= 0.17 (`prometheus_client/mmap_dict.py`,
 * `multiprocess.py`), so that both sides can read and write one directory.
 */

/** Bytes before the first entry: int32 LE "bytes in use", then four zero bytes. */
export const HEADER_BYTES = 8;

/** Offset of the int32 LE that says how many bytes of the file are in use, the header included. */
export const USED_OFFSET = 0;

/** Bytes of the int32 LE key length that opens an entry. */
export const KEY_LENGTH_BYTES = 4;

/** Values start at a multiple of this many bytes, so that a float64 is read and written whole. */
export const VALUE_ALIGNMENT = 8;

/** Bytes of a float64 LE: a value, or a unix timestamp in seconds. */
export const FLOAT64_BYTES = 8;

/** Bytes after the padded key: value, then timestamp. */
export const VALUE_AND_TIMESTAMP_BYTES = 16;

/** The byte that pads a key: a space. */
export const PADDING_BYTE = 0x20;

/** The first byte of each key: `[`, since a key is a JSON array. */
export const KEY_FIRST_BYTE = 0x5b;

/**
 * The most bytes of a key that readers look at. JSON of nothing but brackets takes fifty times its size to parse, so
 * a file must not decide how much.
 */
export const MAX_KEY_BYTES: number = 2 ** 20;

/**
 * Bins of sketches: at scale `s` a power of two is divided into `2^s` bins, each `2^(2^-s)` times as wide as the one
 * below it. No scale is finer than this one.
 */
export const SKETCH_FINEST_SCALE = 8;

/** No scale is coarser than this one: a bin for each power of two. */
export const SKETCH_COARSEST_SCALE = 0;

/** Values beyond 2 to this power are in a bin without an upper bound, and below 2 to minus this power are zero. */
export const SKETCH_MAX_EXPONENT = 64;

/** How many places for an exemplar each series has: the one that is written is never the one that is valid. */
export const EXEMPLAR_SLOTS = 2;

/** Bytes of each: value, timestamp, sequence, length, checksum, labels. */
export const EXEMPLAR_SLOT_BYTES = 256;

/** The most bytes of an exemplar's labels as JSON. */
export const EXEMPLAR_LABEL_BYTES = 224;

/** The most code points that an exemplar's label names and values may have together (OpenMetrics 1.0, "Exemplars"). */
export const EXEMPLAR_CODE_POINTS = 128;

/** The timestamp that marks an entry as removed: promshard's readers skip it, Python's ignore the mark. */
export const REMOVED_TIMESTAMP = -1;

/** The most bytes that a shard file can hold: "bytes in use" is a signed 32-bit number. */
export const MAX_SHARD_BYTES: number = 2 ** 31 - 1;

/**
 * Which of the two layouts a file has: with a timestamp behind each value (`prometheus_client` >= 0.17 and
 * promshard), or without one (<= 0.16).
 */
export type ShardLayout = 'timestamps' | 'no-timestamps';
