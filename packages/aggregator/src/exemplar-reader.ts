import { decodeExemplars, isTraceLabel, type StoredExemplar } from '@promshard/shard-format';
import type { Catalog } from './catalog.js';
import type { ChosenShard } from './choose-shards.js';
import type { ShardDirectory } from './directory.js';
import type { Line } from './line.js';
import { outgoingLabel, type OutgoingLabelPolicy } from './outgoing-label.js';
import type { Pace } from './pace.js';
import { readJsonKey, readKey, type SeriesName } from './read-key.js';
import type { Label, SnapshotProblem } from './snapshot.js';
import { wellFormed } from './well-formed.js';

/** The most bytes of exemplar files that are read in a scrape: those of some 100,000 series. */
const MAX_EXEMPLAR_BYTES = 64 * 1024 * 1024;

/** Keys that are remembered; more than there are series with exemplars, unless somebody makes them up. */
const MAX_KEYS = 100_000;

const ENTRIES_PER_STRETCH = 512;

/** A key's series, and whether it is a counter's or a histogram's; null where it is neither. */
type KnownSeries = { readonly kind: 'counter' | 'histogram'; readonly series: SeriesName } | null;

/**
 * Reads the exemplars of all writers and puts the newest of each series beside its value. A file that cannot be read shows none,
 * and is no reason to do without anything else.
 */
export class ExemplarReader {
  readonly #directory: ShardDirectory;
  readonly #policy: OutgoingLabelPolicy | undefined;
  readonly #series = new Map<string, KnownSeries>();
  /** Lines with an exemplar, and when it was observed. */
  #shown = new Map<Line, number>();

  constructor(directory: ShardDirectory, policy: OutgoingLabelPolicy | undefined) {
    this.#directory = directory;
    this.#policy = policy;
  }

  /**
   * Reads files, and gives what is wrong with them.
   *
   * @param files - Those that count. None costs nothing.
   */
  async read(files: readonly ChosenShard[], catalog: Catalog, pace: Pace): Promise<SnapshotProblem[]> {
    const problems: SnapshotProblem[] = [];
    if (files.length === 0 && this.#shown.size === 0) return problems;
    const before = this.#shown;
    this.#shown = new Map();
    let room = MAX_EXEMPLAR_BYTES;
    for (const { name: file } of files) {
      if (pace.isUp()) await pace.rest();
      const bytes = this.#directory.readFile(file, room);
      if (Buffer.isBuffer(bytes)) {
        room -= bytes.byteLength;
        problems.push(...(await this.#readEntries(bytes, file, catalog, pace)));
      } else if (bytes.kind === 'failed' && bytes.errno === 'EFBIG') {
        const message = `Exemplars of all files take more than ${MAX_EXEMPLAR_BYTES} bytes; these are not shown.`;
        problems.push({ code: 'exemplars-too-large', file, message });
      } else if (bytes.kind === 'failed') {
        const isFile = bytes.errno !== 'EISDIR' && bytes.errno !== 'ELOOP' && bytes.errno !== 'ENXIO';
        problems.push({
          code: isFile ? 'unreadable' : 'not-a-file',
          file,
          offset: 0,
          message: `The exemplars cannot be read (${bytes.errno}).`,
        });
      }
    }
    for (const line of before.keys()) if (!this.#shown.has(line)) line.exemplar = undefined;
    return problems;
  }

  async #readEntries(
    bytes: Buffer,
    file: string,
    catalog: Catalog,
    pace: Pace,
  ): Promise<readonly SnapshotProblem[]> {
    const { entries, problem } = decodeExemplars(bytes);
    for (const [i, { keyText, exemplar }] of entries.entries()) {
      if (i % ENTRIES_PER_STRETCH === 0 && pace.isUp()) await pace.rest();
      const known = exemplar === undefined ? null : this.#seriesOf(keyText);
      if (exemplar === undefined || known === null) continue;
      const line = catalog.family(known.series.family, { kind: known.kind })?.lineOf(known.series);
      if (line !== undefined) this.#show(line, exemplar, known.series.family);
    }
    return problem === undefined ? [] : [{ ...problem, file }];
  }

  #show(line: Line, stored: StoredExemplar, family: string): void {
    const { value, timestamp } = stored;
    if (!(timestamp > (this.#shown.get(line) ?? -Infinity)) || !Number.isFinite(value)) return;
    const shown = line.exemplar;
    const timestampMs = timestamp * 1000;
    if (shown?.value !== value || shown.timestampMs !== timestampMs) {
      const labels = this.#outgoing(stored, family);
      if (labels.length === 0) return;
      line.exemplar = { labels, value, timestampMs };
    }
    this.#shown.set(line, timestamp);
  }

  /** Identifiers of traces, and what the policy lets out of the rest. */
  #outgoing({ labels }: StoredExemplar, family: string): Label[] {
    const outgoing: Label[] = [];
    for (const [name, value] of Object.entries(labels)) {
      if (isTraceLabel(name, value)) {
        outgoing.push([name, value]);
        continue;
      }
      const label = outgoingLabel(this.#policy, family, name, value);
      if (label.kind === 'value') outgoing.push([name, wellFormed(label.value)]);
    }
    return outgoing;
  }

  #seriesOf(keyText: string): KnownSeries {
    const known = this.#series.get(keyText);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_KEYS) this.#series.clear();
    const series = this.#readSeries(keyText.trimEnd());
    this.#series.set(keyText, series);
    return series;
  }

  #readSeries(text: string): KnownSeries {
    const key = readJsonKey(text);
    if (key === undefined) return null;
    // A counter's key has no bound, and a bucket's no suffix of a counter.
    for (const kind of ['counter', 'histogram'] as const) {
      const read = readKey(key, kind, this.#policy);
      if (read.kind === 'series') return { kind, series: read.series };
    }
    return null;
  }
}
