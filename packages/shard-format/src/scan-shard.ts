import { paddingAfter } from './entry.js';
import {
  FLOAT64_BYTES,
  HEADER_BYTES,
  KEY_FIRST_BYTE,
  KEY_LENGTH_BYTES,
  PADDING_BYTE,
  USED_OFFSET,
  VALUE_AND_TIMESTAMP_BYTES,
  type ShardLayout,
} from './layout.js';

/** What is wrong with a shard's bytes, and where. */
export interface ShardProblem {
  /**
   * `empty`: no byte at all. `bad-header`: "bytes in use" is impossible. `truncated`: the file ends before what is in
   * use. `bad-entry`: an entry's length, padding or first byte is impossible; nothing behind it can be read.
   * `bad-key`: a key is not UTF-8 or not the JSON of a series; only that entry is left out.
   */
  readonly code: 'empty' | 'bad-header' | 'truncated' | 'bad-entry' | 'bad-key';
  /** Byte offset in the file. */
  readonly offset: number;
  /** One sentence; never holds a byte of the file. */
  readonly message: string;
}

/** Where the parts of the entries lie: three parallel arrays, in file order. */
export interface ShardScan {
  readonly layout: ShardLayout;
  /** "Bytes in use" as the header says. */
  readonly used: number;
  /** Offset at which scanning stopped; a later scan of a grown file goes on from here. */
  readonly end: number;
  readonly keyOffsets: Int32Array;
  readonly keyLengths: Int32Array;
  readonly valueOffsets: Int32Array;
  readonly problem: ShardProblem | undefined;
}

/** Where to go on in a file that was scanned before, since entries are only ever appended. */
export interface ScanFrom {
  readonly offset: number;
  readonly layout: ShardLayout;
}

/**
 * Finds the entries of a shard without looking into the keys. Never throws, whatever the bytes.
 *
 * The layout is told by structure: the one in which the entries meet "bytes in use" exactly; where neither does, the
 * one that leads further, and of equals the one with timestamps.
 */
export function scanShard(bytes: Uint8Array, from?: ScanFrom): ShardScan {
  const header = readUsed(bytes);
  if (typeof header !== 'number') return emptyScan(header);
  if (from !== undefined) return walk(bytes, header, from.layout, from.offset);
  const modern = walk(bytes, header, 'timestamps', HEADER_BYTES);
  if (modern.problem === undefined) return modern;
  const old = walk(bytes, header, 'no-timestamps', HEADER_BYTES);
  return old.problem === undefined || old.end > modern.end ? old : modern;
}

function readUsed(bytes: Uint8Array): number | ShardProblem {
  if (bytes.byteLength === 0) return { code: 'empty', offset: 0, message: 'The file has no bytes.' };
  if (bytes.byteLength < HEADER_BYTES) {
    return {
      code: 'truncated',
      offset: bytes.byteLength,
      message: `The file ends at byte ${bytes.byteLength}, inside its ${HEADER_BYTES}-byte header.`,
    };
  }
  const used = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(USED_OFFSET, true);
  // Python creates a file full of zeros and writes the first "bytes in use" a moment later.
  if (used === 0) return HEADER_BYTES;
  if (used < HEADER_BYTES) {
    return {
      code: 'bad-header',
      offset: USED_OFFSET,
      message: `The header says ${used} bytes in use; expected at least ${HEADER_BYTES}.`,
    };
  }
  return used;
}

const NONE = new Int32Array(0);

function emptyScan(problem: ShardProblem): ShardScan {
  return {
    layout: 'timestamps',
    used: 0,
    end: 0,
    keyOffsets: NONE,
    keyLengths: NONE,
    valueOffsets: NONE,
    problem,
  };
}

function walk(bytes: Uint8Array, used: number, layout: ShardLayout, start: number): ShardScan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const limit = Math.min(used, bytes.byteLength);
  const numbers = layout === 'timestamps' ? VALUE_AND_TIMESTAMP_BYTES : FLOAT64_BYTES;
  let room = 0;
  // Key offsets, then key lengths, then value offsets: to make one array takes longer than to scan many entries.
  let parts = NONE;
  let count = 0;
  let offset = start;
  let problem: ShardProblem | undefined;
  while (offset < limit) {
    const keyOffset = offset + KEY_LENGTH_BYTES;
    const keyLength = keyOffset <= limit ? view.getInt32(offset, true) : 0;
    const valueOffset = keyOffset + keyLength + paddingAfter(keyLength);
    const end = valueOffset + numbers;
    if (keyOffset > limit) break;
    if (keyLength <= 0 || end > used) {
      problem = badEntry(offset, 'its key length leads outside the bytes in use');
      break;
    }
    // What is in use is not all there: the file was cut off, or is read piece by piece.
    if (end > limit) break;
    if (bytes[keyOffset] !== KEY_FIRST_BYTE || !isPadded(bytes, keyOffset + keyLength, valueOffset)) {
      problem = badEntry(offset, 'its key does not begin with "[" or is not padded with spaces');
      break;
    }
    if (count === room) {
      // As many as there are if the others are as long as those so far.
      const likely = Math.ceil((count + 1) * ((limit - start) / (end - start)));
      const larger = Math.max(likely, 2 * room);
      parts = withRoom(parts, room, larger);
      room = larger;
    }
    parts[count] = keyOffset;
    parts[room + count] = keyLength;
    parts[2 * room + count] = valueOffset;
    count++;
    offset = end;
  }
  if (problem === undefined && used > bytes.byteLength) {
    problem = {
      code: 'truncated',
      offset: bytes.byteLength,
      message: `The file ends at byte ${bytes.byteLength}; its header says ${used} bytes in use.`,
    };
  } else if (problem === undefined && offset !== limit) {
    problem = badEntry(offset, 'the bytes in use end inside its key length');
  }
  return {
    layout,
    used,
    end: offset,
    keyOffsets: parts.subarray(0, count),
    keyLengths: parts.subarray(room, room + count),
    valueOffsets: parts.subarray(2 * room, 2 * room + count),
    problem,
  };
}

/** Gives three arrays of `room` elements each, which lie in one, room for `more`. */
function withRoom(parts: Int32Array, room: number, more: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(3 * more);
  for (let i = 0; i < 3; i++) larger.set(parts.subarray(i * room, (i + 1) * room), i * more);
  return larger;
}

function isPadded(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i] !== PADDING_BYTE) return false;
  }
  return true;
}

function badEntry(offset: number, why: string): ShardProblem {
  return { code: 'bad-entry', offset, message: `The entry at byte ${offset} cannot be read: ${why}.` };
}
