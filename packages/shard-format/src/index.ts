export { badKey, decodeKeyText, decodeShard, type DecodedShard, type ShardEntry } from './decode-shard.js';
export { encodeShard, type ShardEntryInput } from './encode-shard.js';
export {
  entryFrame,
  entrySize,
  paddingAfter,
  writeEntry,
  type EntryFrame,
  type WrittenEntry,
} from './entry.js';
export {
  decodeExemplars,
  exemplarKey,
  isTraceLabel,
  writeExemplar,
  type DecodedExemplars,
  type ExemplarEntry,
  type StoredExemplar,
} from './exemplar.js';
export {
  FOLD_POINTER_FILE,
  foldedId,
  foldSpareName,
  ownerFileName,
  parseFileName,
  prunerLockName,
  shardFileName,
  temporaryFileName,
  type ParsedFileName,
} from './file-name.js';
export { encodeFoldPointer, parseFoldPointer, type FoldNotes, type FoldPointer } from './fold-pointer.js';
export { latestSpare, readSpare, unexplainedFold } from './fold-spare.js';
export { goFloat } from './go-float.js';
export {
  EXEMPLAR_CODE_POINTS,
  EXEMPLAR_SLOT_BYTES,
  EXEMPLAR_SLOTS,
  FLOAT64_BYTES,
  HEADER_BYTES,
  KEY_LENGTH_BYTES,
  MAX_KEY_BYTES,
  MAX_SHARD_BYTES,
  REMOVED_TIMESTAMP,
  SKETCH_COARSEST_SCALE,
  SKETCH_FINEST_SCALE,
  SKETCH_MAX_EXPONENT,
  USED_OFFSET,
  VALUE_ALIGNMENT,
  VALUE_AND_TIMESTAMP_BYTES,
  type ShardLayout,
} from './layout.js';
export {
  GAUGE_MODES,
  STATE_SET_MODES,
  isGaugeMode,
  isLiveMode,
  isStateSetMode,
  kindName,
  type GaugeMode,
  type MetricKind,
  type ShardKind,
  type StateSetMode,
} from './metric-kind.js';
export { METRIC_UNITS, unitOfName } from './metric-unit.js';
export { encodeOwnerRecord, parseOwnerRecord, type OwnerRecord } from './owner-record.js';
export { compareCodePoints } from './python-json.js';
export { scanShard, type ScanFrom, type ShardProblem, type ShardScan } from './scan-shard.js';
export { encodeKey, parseKey, type SeriesKey } from './series-key.js';
export {
  binSuffix,
  coarserIndex,
  finestIndex,
  parseSketchSuffix,
  quantileSuffix,
  SMALLEST_MAGNITUDE,
  type SketchBin,
  type SketchSuffix,
} from './sketch-bin.js';
export {
  binPosition,
  coarsestScale,
  isCount,
  positionValue,
  quantilesOfBins,
  rankOf,
  relativeErrorOf,
  type CountedBin,
} from './sketch-quantile.js';
export { shardId, type ShardId, type ShardIdParts } from './shard-id.js';
