import { goFloat, type ShardKind } from '@promshard/shard-format';
import { mergeSort } from './merge-sort.js';
import type { Pace } from './pace.js';
import type { SeriesName } from './read-key.js';
import { OVERFLOW_VALUE, type SeriesBudget } from './series-budget.js';
import type { Combination, Slot, SlotTable } from './slot-table.js';
import type { Label, MetricFamily, Sample } from './snapshot.js';

/** One line of output, and the sample that it was the last time, which is used again while the value stays. */
interface Line {
  readonly name: string;
  readonly labels: readonly Label[];
  sample: Sample | undefined;
}

/** A series of a counter, gauge or summary. */
interface Series extends Line {
  readonly order: string;
  readonly slot: Slot;
}

interface Bucket extends Line {
  readonly bound: number;
  readonly slot: Slot;
}

/** The series that make up one histogram: one label set. */
interface HistogramSeries {
  readonly order: string;
  readonly buckets: Map<number, Bucket>;
  readonly sorted: Bucket[];
  /** The `+Inf` line, for shards that hold no such bucket. */
  readonly infinite: Line;
  readonly count: Line;
  readonly sum: Line;
  sumSlot: Slot | undefined;
}

/** Between looks at the clock. */
const SERIES_PER_STRETCH = 512;

/** A family as the shards of one kind (and mode) have it: where its series' values are, and how they go out. */
export class Family {
  readonly name: string;
  readonly shard: ShardKind;
  readonly #combination: Combination;
  readonly #slots: SlotTable;
  readonly #budget: SeriesBudget;
  readonly #series = new Map<string, Series>();
  readonly #histograms = new Map<string, HistogramSeries>();
  #sorted: (Series | HistogramSeries)[] = [];
  /** How many of `#sorted` are in order; those behind are new. */
  #inOrder = 0;
  #overflowLabels: readonly Label[] | undefined;
  #last: MetricFamily | undefined;
  #help: string | undefined;
  /** There are no more than a type has suffixes. */
  readonly #sampleNames: string[] = [];

  constructor(
    name: string,
    shard: ShardKind,
    combination: Combination,
    slots: SlotTable,
    budget: SeriesBudget,
  ) {
    this.name = name;
    this.shard = shard;
    this.#combination = combination;
    this.#slots = slots;
    this.#budget = budget;
  }

  /**
   * The slot of a series, made where the series is new. Past the budget of series, the values of additive types go to
   * one label set of the family, so that totals stay right; gauges, and families that are new, get no slot.
   *
   * @param labels - The labels that go out: the key's, or with `pid`.
   */
  slotOf(series: Pick<SeriesName, 'sample' | 'bound'>, labels: readonly Label[]): Slot | undefined {
    const identity = identityOf(labels);
    const isHistogram = this.shard.kind === 'histogram';
    const order = isHistogram ? identity : `${identity}${series.sample}`;
    const isKnown = isHistogram ? this.#histograms.has(order) : this.#series.has(order);
    if (isKnown || this.#budget.hasRoom || this.#budget.admits(this.#nameOf(order)))
      return this.#slotFor(series, labels, order);
    if (this.shard.kind === 'gauge' || this.#sorted.length === 0) {
      this.#budget.refuse('left-out');
      return undefined;
    }
    this.#budget.refuse('together');
    this.#overflowLabels ??= labels.map(([name]) => [name, OVERFLOW_VALUE] as const);
    const overflow = identityOf(this.#overflowLabels);
    return this.#slotFor(
      series,
      this.#overflowLabels,
      isHistogram ? overflow : `${overflow}${series.sample}`,
    );
  }

  /** A sample name of this family, always the same string: one for a thousand series. */
  sampleName(name: string): string {
    const known = this.#sampleNames.find((other) => other === name);
    if (known !== undefined) return known;
    this.#sampleNames.push(name);
    return name;
  }

  /** As {@link Family.sampleName}, for help texts, of which there is hardly more than one. */
  helpText(help: string): string {
    this.#help ??= help;
    return help === this.#help ? this.#help : help;
  }

  /** Names of the series that have values, as the budget knows them. */
  fedNames(): string[] {
    return this.#sorted
      .filter((series) =>
        'slot' in series
          ? this.#slots.isFed(series.slot)
          : series.sorted.some(({ slot }) => this.#slots.isFed(slot)),
      )
      .map(({ order }) => this.#nameOf(order));
  }

  /**
   * This family's samples, in order, of the series that are fed; undefined where none is. The same object as the time
   * before where nothing changed.
   */
  async snapshot(help: string, pace: Pace): Promise<MetricFamily | undefined> {
    if (this.#inOrder < this.#sorted.length) {
      this.#sorted = await mergeSort(this.#sorted, this.#inOrder, byOrder, pace);
      this.#inOrder = this.#sorted.length;
    }
    const samples = new SampleList(this.#last?.samples ?? []);
    const sorted = this.#sorted;
    for (let i = 0; i < sorted.length; i++) {
      if (i % SERIES_PER_STRETCH === 0 && pace.isUp()) await pace.rest();
      const series = sorted[i];
      if (series === undefined) continue;
      if ('slot' in series) {
        if (!this.#slots.isFed(series.slot)) continue;
        samples.push(sampleOf(series, this.#slots.value(series.slot, this.#combination)));
      } else {
        this.#pushHistogram(series, samples);
      }
    }
    const all = samples.take();
    if (all.length === 0) return (this.#last = undefined);
    if (this.#last?.samples === all && this.#last.help === help) return this.#last;
    return (this.#last = { name: this.name, type: this.shard.kind, help, samples: all });
  }

  #nameOf(order: string): string {
    const { kind } = this.shard;
    return `${kind === 'gauge' ? this.shard.mode : kind} ${this.name} ${order}`;
  }

  #slotFor(series: Pick<SeriesName, 'sample' | 'bound'>, labels: readonly Label[], order: string): Slot {
    return this.shard.kind === 'histogram'
      ? this.#histogramSlot(series, labels, order)
      : this.#plainSlot(series.sample, labels, order);
  }

  #plainSlot(sample: string, labels: readonly Label[], order: string): Slot {
    const known = this.#series.get(order);
    if (known !== undefined) return known.slot;
    const series: Series = { name: sample, labels, order, slot: this.#slots.add(), sample: undefined };
    this.#series.set(order, series);
    this.#sorted.push(series);
    return series.slot;
  }

  #histogramSlot({ bound }: Pick<SeriesName, 'bound'>, labels: readonly Label[], order: string): Slot {
    let histogram = this.#histograms.get(order);
    if (histogram === undefined) {
      histogram = newHistogram(this.name, labels, order);
      this.#histograms.set(order, histogram);
      this.#sorted.push(histogram);
    }
    if (bound === undefined) return (histogram.sumSlot ??= this.#slots.add());
    const known = histogram.buckets.get(bound);
    if (known !== undefined) return known.slot;
    // Bounds without end are somebody's attack: counts stay right under the last one.
    return this.#bucketSlot(histogram, this.#budget.hasRoomForBuckets ? bound : Infinity);
  }

  #bucketSlot(histogram: HistogramSeries, bound: number): Slot {
    const known = histogram.buckets.get(bound);
    if (known !== undefined) return known.slot;
    const line = bound === Infinity ? histogram.infinite : bucketLine(this.name, histogram.sum.labels, bound);
    const bucket: Bucket = { ...line, bound, slot: this.#slots.add() };
    histogram.buckets.set(bound, bucket);
    const { sorted } = histogram;
    let at = sorted.length;
    while (at > 0 && (sorted[at - 1]?.bound ?? bound) > bound) at--;
    sorted.splice(at, 0, bucket);
    return bucket.slot;
  }

  /** Buckets are added up from the lowest bound; what they come to is `+Inf` and `_count`. */
  #pushHistogram(histogram: HistogramSeries, samples: SampleList): void {
    let count = 0;
    let last: number | undefined;
    for (const bucket of histogram.sorted) {
      if (!this.#slots.isFed(bucket.slot)) continue;
      count += this.#slots.value(bucket.slot, 'sum');
      last = bucket.bound;
      samples.push(sampleOf(bucket, count));
    }
    const hasSum = histogram.sumSlot !== undefined && this.#slots.isFed(histogram.sumSlot);
    if (last === undefined && !hasSum) return;
    if (last !== Infinity) samples.push(sampleOf(histogram.infinite, count));
    if (histogram.sumSlot !== undefined && hasSum) {
      samples.push(sampleOf(histogram.sum, this.#slots.value(histogram.sumSlot, 'sum')));
    }
    samples.push(sampleOf(histogram.count, count));
  }
}

/** Samples that become those of the time before, the same array, if they are the same. */
class SampleList {
  readonly #before: readonly Sample[];
  #same = 0;
  #samples: Sample[] | undefined;

  constructor(before: readonly Sample[]) {
    this.#before = before;
  }

  push(sample: Sample): void {
    if (this.#samples !== undefined) this.#samples.push(sample);
    else if (this.#before[this.#same] === sample) this.#same++;
    else (this.#samples = this.#before.slice(0, this.#same)).push(sample);
  }

  take(): readonly Sample[] {
    if (this.#samples !== undefined) return this.#samples;
    return this.#same === this.#before.length ? this.#before : this.#before.slice(0, this.#same);
  }
}

function byOrder(a: { readonly order: string }, b: { readonly order: string }): number {
  return a.order < b.order ? -1 : 1;
}

// What JSON writes otherwise than it is: told first, since nearly all values are plain.
// oxlint-disable-next-line no-control-regex -- JSON escapes control characters
const NEEDS_JSON = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Equal for label sets that Prometheus takes as equal: to it, a label with an empty value is no label. */
function identityOf(labels: readonly Label[]): string {
  let identity = '';
  for (const [name, value] of labels) {
    if (value !== '') identity += `${name}=${NEEDS_JSON.test(value) ? JSON.stringify(value) : `"${value}"`},`;
  }
  return identity;
}

function newHistogram(name: string, labels: readonly Label[], order: string): HistogramSeries {
  return {
    order,
    buckets: new Map(),
    sorted: [],
    infinite: bucketLine(name, labels, Infinity),
    count: { name: `${name}_count`, labels, sample: undefined },
    sum: { name: `${name}_sum`, labels, sample: undefined },
    sumSlot: undefined,
  };
}

function bucketLine(name: string, labels: readonly Label[], bound: number): Line {
  return { name: `${name}_bucket`, labels: [...labels, ['le', goFloat(bound)]], sample: undefined };
}

function sampleOf(line: Line, value: number): Sample {
  if (line.sample === undefined || !Object.is(line.sample.value, value)) {
    line.sample = { name: line.name, labels: line.labels, value };
  }
  return line.sample;
}
