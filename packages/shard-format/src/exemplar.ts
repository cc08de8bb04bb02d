import { isObject } from './json-object.js';
import {
  EXEMPLAR_CODE_POINTS,
  EXEMPLAR_LABEL_BYTES,
  EXEMPLAR_SLOT_BYTES,
  EXEMPLAR_SLOTS,
  KEY_LENGTH_BYTES,
  VALUE_ALIGNMENT,
} from './layout.js';
import { scanShard, type ShardProblem } from './scan-shard.js';

/** An exemplar as it is stored: an observation, and what it can be found by. */
export interface StoredExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** One series that has room for exemplars. */
export interface ExemplarEntry {
  /** Key of the series, one character a byte, with spaces behind it: enough to tell series apart. */
  readonly keyText: string;
  /** Undefined where none was written yet, or none is whole. */
  readonly exemplar: StoredExemplar | undefined;
}

/** What an exemplar file holds, and what is wrong with its bytes. */
export interface DecodedExemplars {
  readonly entries: readonly ExemplarEntry[];
  readonly problem: ShardProblem | undefined;
}

const SLOTS_BYTES = EXEMPLAR_SLOTS * EXEMPLAR_SLOT_BYTES;
const TIMESTAMP_OFFSET = 8;
const SEQUENCE_OFFSET = 16;
const LENGTH_OFFSET = 20;
const CHECKSUM_OFFSET = 24;
const LABELS_OFFSET = 32;
const WORD_BYTES = 4;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();
const ASCII = /^[ -~]*$/;

/**
 * The key under which a series has its exemplars: its own, padded, with room for the slots behind it. An exemplar file is
 * a value file whose keys end in slots, so that growing, full disks and reading are the same.
 *
 * @param key - ASCII text of `encodeKey`.
 */
export function exemplarKey(key: string): string {
  const length = KEY_LENGTH_BYTES + key.length;
  const padded = Math.ceil(length / VALUE_ALIGNMENT) * VALUE_ALIGNMENT - KEY_LENGTH_BYTES;
  return key.padEnd(padded + SLOTS_BYTES);
}

/**
 * Writes an exemplar into the slot whose turn it is. A reader, and whoever comes after a SIGKILL in between, finds either
 * this exemplar or the one before: the other slot is whole, and the checksum tells that this one is not yet.
 *
 * @param bytes - The file's.
 * @param valueOffset - Where the entry's value is; the slots lie before it.
 * @param sequence - One more than that of the exemplar before, from 1.
 * @returns False where the labels are more than fit; nothing is written then.
 */
export function writeExemplar(
  bytes: Uint8Array,
  valueOffset: number,
  { labels, value, timestamp }: StoredExemplar,
  sequence: number,
): boolean {
  if (hasTooManyCodePoints(labels)) return false;
  const json = JSON.stringify(labels);
  const isAscii = ASCII.test(json);
  const text = isAscii ? undefined : encoder.encode(json);
  const length = text?.byteLength ?? json.length;
  if (length > EXEMPLAR_LABEL_BYTES) return false;
  const slot = slotOffset(valueOffset, sequence % EXEMPLAR_SLOTS);
  const view = new DataView(bytes.buffer, bytes.byteOffset + slot, EXEMPLAR_SLOT_BYTES);
  view.setFloat64(0, value, true);
  view.setFloat64(TIMESTAMP_OFFSET, timestamp, true);
  view.setUint32(SEQUENCE_OFFSET, sequence, true);
  view.setUint32(LENGTH_OFFSET, length, true);
  const start = slot + LABELS_OFFSET;
  if (text === undefined) for (let i = 0; i < length; i++) bytes[start + i] = json.charCodeAt(i);
  else bytes.set(text, start);
  // Whole words: what an exemplar before has left behind is none of this one's.
  for (let i = length; i % WORD_BYTES !== 0; i++) bytes[start + i] = 0;
  view.setUint32(CHECKSUM_OFFSET, checksum(view, length), true);
  return true;
}

/** Decodes an exemplar file. Never throws, whatever the bytes; exemplars that are not whole are passed over. */
export function decodeExemplars(bytes: Uint8Array): DecodedExemplars {
  const scan = scanShard(bytes);
  const entries: ExemplarEntry[] = [];
  for (const [i, keyOffset] of scan.keyOffsets.entries()) {
    const keyLength = (scan.keyLengths[i] ?? 0) - SLOTS_BYTES;
    if (keyLength <= 0) continue;
    const exemplar = newestOf(bytes, scan.valueOffsets[i] ?? 0);
    const keyText = latin1(bytes, keyOffset, keyOffset + keyLength);
    entries.push({ keyText, exemplar });
  }
  return { entries, problem: scan.problem };
}

/**
 * Whether a label is one that an exemplar may have whatever the label policy says: an identifier of a trace, in one of the forms
 * that tracing systems give them.
 */
export function isTraceLabel(name: string, value: string): boolean {
  return (name === 'trace_id' || name === 'span_id') && /^[0-9A-Za-z-]{1,64}$/.test(value);
}

function newestOf(bytes: Uint8Array, valueOffset: number): StoredExemplar | undefined {
  let newest: { readonly exemplar: StoredExemplar; readonly sequence: number } | undefined;
  for (let i = 0; i < EXEMPLAR_SLOTS; i++) {
    const found = readSlot(bytes, slotOffset(valueOffset, i));
    if (found !== undefined && (newest === undefined || found.sequence > newest.sequence)) newest = found;
  }
  return newest?.exemplar;
}

function readSlot(
  bytes: Uint8Array,
  slot: number,
): { readonly exemplar: StoredExemplar; readonly sequence: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + slot, EXEMPLAR_SLOT_BYTES);
  const length = view.getUint32(LENGTH_OFFSET, true);
  if (length > EXEMPLAR_LABEL_BYTES) return undefined;
  if (view.getUint32(CHECKSUM_OFFSET, true) !== checksum(view, length)) return undefined;
  const labels = parseLabels(bytes.subarray(slot + LABELS_OFFSET, slot + LABELS_OFFSET + length));
  if (labels === undefined) return undefined;
  const exemplar = {
    labels,
    value: view.getFloat64(0, true),
    timestamp: view.getFloat64(TIMESTAMP_OFFSET, true),
  };
  return { exemplar, sequence: view.getUint32(SEQUENCE_OFFSET, true) };
}

function parseLabels(bytes: Uint8Array): Record<string, string> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== 'string') return undefined;
    labels[name] = value;
  }
  return hasTooManyCodePoints(labels) ? undefined : labels;
}

function hasTooManyCodePoints(labels: Readonly<Record<string, string>>): boolean {
  let text = '';
  for (const name in labels) text += name + (labels[name] ?? '');
  // Never more code points than units.
  return text.length > EXEMPLAR_CODE_POINTS && Array.from(text).length > EXEMPLAR_CODE_POINTS;
}

function slotOffset(valueOffset: number, i: number): number {
  // Behind the slots are eight spaces: the key ends at a multiple of eight.
  return valueOffset - VALUE_ALIGNMENT - SLOTS_BYTES + i * EXEMPLAR_SLOT_BYTES;
}

/** FNV-1a by words of 32 bits, over all of a slot but the checksum itself and what is behind the labels. */
function checksum(view: DataView, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < CHECKSUM_OFFSET; at += WORD_BYTES) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
  }
  const end = LABELS_OFFSET + length;
  for (let at = LABELS_OFFSET; at < end; at += WORD_BYTES) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  // In pieces: a call has room for so many arguments only.
  for (let at = start; at < end; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 4096)));
  }
  return text;
}
