import { kindName, unitOfName, type ShardKind, type SketchSuffix } from '@promshard/shard-format';
import { HistogramLines } from './histogram-lines.js';
import { LabelIdentity } from './label-identity.js';
import { sampleOf, type Line } from './line.js';
import { mergeSort } from './merge-sort.js';
import type { Pace } from './pace.js';
import type { SeriesName } from './read-key.js';
import { PlainSamples, type PlainSeries } from './plain-samples.js';
import { OVERFLOW_VALUE, type SeriesBudget } from './series-budget.js';
import { SampleList } from './sample-list.js';
import { SketchSeries } from './sketch-series.js';
import type { Combination, Slot, SlotTable } from './slot-table.js';
import type { FamilyType, Label, MetricFamily, Sample } from './snapshot.js';

/** A series of a counter, gauge or summary. */
interface Series extends PlainSeries {
  readonly order: string;
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

/** What of a series' name tells its place, beside the labels. */
type PlacedSeries = Pick<SeriesName, 'sample' | 'bound' | 'sketch'>;

/** Between looks at the clock. */
const SERIES_PER_STRETCH = 512;

/** A family as the shards of one kind (and mode) have it: where its series' values are, and how they go out. */
export class Family {
  readonly name: string;
  readonly shard: ShardKind;
  /** What its name says that it is measured in. */
  readonly unit: string | undefined;
  readonly #combination: Combination;
  readonly #slots: SlotTable;
  readonly #budget: SeriesBudget;
  readonly #identity = new LabelIdentity();
  readonly #series = new Map<string, Series>();
  readonly #plain: PlainSamples;
  #haveExemplars = false;
  readonly #histograms = new Map<string, HistogramSeries>();
  readonly #lines: HistogramLines;
  readonly #sketches = new Map<string, SketchSeries>();
  /** What the writers of a summary ask for. */
  readonly #quantiles = new Map<number, Slot>();
  #sorted: (Series | HistogramSeries | SketchSeries)[] = [];
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
    this.unit = shard.kind === 'info' || shard.kind === 'stateset' ? undefined : unitOfName(name);
    this.#budget = budget;
    this.#lines = new HistogramLines(name);
    this.#plain = new PlainSamples(slots, (slot) => this.#valueOf(slot));
  }

  get type(): FamilyType {
    const { kind } = this.shard;
    if (kind === 'sketch') return 'summary';
    return kind === 'exemplars' ? 'unknown' : kind;
  }

  /**
   * The slot of a series, made where the series is new. Past the budget of series, the values of additive types go to
   * one label set of the family, so that totals stay right; gauges, and families that are new, get no slot.
   *
   * @param labels - The labels that go out: the key's, or with `pid`.
   */
  slotOf(series: PlacedSeries, labels: readonly Label[]): Slot | undefined {
    const place = this.#placeOf(series, labels);
    const known = this.#series.get(place);
    if (known !== undefined) return known.slot;
    if (this.#isKnown(series, place) || this.#budget.hasRoom || this.#budget.admits(this.#prefix + place)) {
      return this.#slotFor(series, labels, place);
    }
    if (!isAdditive(this.shard) || this.#sorted.length === 0) {
      this.#budget.refuse('left-out');
      return undefined;
    }
    this.#budget.refuse('together');
    this.#overflowLabels ??= labels.map(([name]) => [name, OVERFLOW_VALUE] as const);
    const overflow = this.#placeOf(series, this.#overflowLabels);
    return this.#series.get(overflow)?.slot ?? this.#slotFor(series, this.#overflowLabels, overflow);
  }

  /** The line on which an exemplar of a series is shown: a counter's total, or a bucket; undefined where there is none. */
  lineOf({ sample, bound, labels }: Pick<SeriesName, 'sample' | 'bound' | 'labels'>): Line | undefined {
    const identity = this.#identity.of(labels);
    this.#haveExemplars = true;
    if (this.shard.kind === 'counter') return this.#series.get(identity + sample);
    return bound === undefined ? undefined : this.#histograms.get(identity)?.buckets.get(bound);
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
      .filter((series) => {
        if (series instanceof SketchSeries) return series.isFed(this.#slots);
        if ('slot' in series) return this.#slots.isFed(series.slot);
        return series.sorted.some(({ slot }) => this.#slots.isFed(slot));
      })
      .map(({ order }) => this.#prefix + order);
  }

  /**
   * This family's samples, in order, of the series that are fed; undefined where none is. The same object as the time
   * before where nothing changed.
   */
  async snapshot(help: string, pace: Pace): Promise<MetricFamily | undefined> {
    if (this.#inOrder < this.#sorted.length) {
      this.#sorted = await mergeSort(this.#sorted, this.#inOrder, byOrder, pace);
      this.#inOrder = this.#sorted.length;
      if (this.#arePlain) this.#plain.arrange(this.#sorted.filter((series) => 'slot' in series));
    }
    const all = await (this.#arePlain
      ? this.#plain.take(this.#haveExemplars, pace)
      : this.#samplesOfDistributions(pace));
    if (all.length === 0) return (this.#last = undefined);
    if (this.#last?.samples === all && this.#last.help === help) return this.#last;
    const { name, type, unit } = this;
    return (this.#last = { name, type, help, ...(unit === undefined ? {} : { unit }), samples: all });
  }

  get #arePlain(): boolean {
    return this.#series.size === this.#sorted.length;
  }

  async #samplesOfDistributions(pace: Pace): Promise<readonly Sample[]> {
    const quantiles = this.#quantiles.size === 0 ? [] : this.#quantilesAsked();
    const samples = new SampleList(this.#last?.samples ?? []);
    const sorted = this.#sorted;
    for (let i = 0; i < sorted.length; i++) {
      if (i % SERIES_PER_STRETCH === 0 && pace.isUp()) await pace.rest();
      const series = sorted[i];
      if (series === undefined) continue;
      if (series instanceof SketchSeries) series.pushSamples(this.#slots, quantiles, samples);
      else if (!('slot' in series)) this.#pushHistogram(series, samples);
      else if (this.#slots.isFed(series.slot)) samples.push(sampleOf(series, this.#valueOf(series.slot)));
    }
    return samples.take();
  }

  /** Parsers of OpenMetrics refuse other values of infos and state sets, whatever a foreign writer put there. */
  #valueOf(slot: Slot): number {
    if (this.shard.kind === 'info') return 1;
    const value = this.#slots.value(slot, this.#combination);
    return this.shard.kind === 'stateset' ? Number(value > 0) : value;
  }

  /** Whether a series that is more than one line has room already. */
  #isKnown({ sketch }: PlacedSeries, place: string): boolean {
    // Quantiles are no series: there is one entry of each in a shard, whatever its label sets.
    if (sketch !== undefined) return sketch.kind === 'quantile' || this.#sketches.has(place);
    return this.shard.kind === 'histogram' && this.#histograms.has(place);
  }

  /** What tells a series, or those that stand together, from others of the family; also their place in the order. */
  #placeOf({ sketch, sample }: PlacedSeries, labels: readonly Label[]): string {
    const identity = this.#identity.of(labels);
    // A sketch stands before the sum and the count of its label set, whose sample names are longer.
    if (sketch !== undefined) return identity + this.name;
    return this.shard.kind === 'histogram' ? identity : identity + sample;
  }

  get #prefix(): string {
    return `${kindName(this.shard)} ${this.name} `;
  }

  #slotFor(series: PlacedSeries, labels: readonly Label[], place: string): Slot | undefined {
    if (series.sketch !== undefined) return this.#sketchSlot(series.sketch, labels, place);
    return this.shard.kind === 'histogram'
      ? this.#histogramSlot(series, labels, place)
      : this.#newSlot(series.sample, labels, place);
  }

  #newSlot(sample: string, labels: readonly Label[], order: string): Slot {
    const slot = this.#slots.add();
    const series: Series = { name: sample, labels, sample: undefined, exemplar: undefined, order, slot };
    this.#series.set(order, series);
    this.#sorted.push(series);
    return slot;
  }

  #sketchSlot(suffix: SketchSuffix, labels: readonly Label[], order: string): Slot | undefined {
    if (suffix.kind === 'quantile') {
      const known = this.#quantiles.get(suffix.quantile);
      if (known !== undefined || !this.#budget.hasRoomForBuckets) return known;
      const slot = this.#slots.add();
      this.#quantiles.set(suffix.quantile, slot);
      return slot;
    }
    let sketch = this.#sketches.get(order);
    if (sketch === undefined) {
      sketch = new SketchSeries(this.name, labels, order);
      this.#sketches.set(order, sketch);
      this.#sorted.push(sketch);
    }
    return sketch.slotOf(suffix.bin, this.#slots);
  }

  /** The quantiles that a shard of this scrape asks for, ascending. */
  #quantilesAsked(): number[] {
    const asked = [...this.#quantiles].filter(([, slot]) => this.#slots.isFed(slot));
    return asked.map(([quantile]) => quantile).toSorted((a, b) => a - b);
  }

  #histogramSlot({ bound }: PlacedSeries, labels: readonly Label[], order: string): Slot {
    let histogram = this.#histograms.get(order);
    if (histogram === undefined) {
      histogram = {
        order,
        buckets: new Map(),
        sorted: [],
        infinite: this.#lines.bucket(labels, Infinity),
        count: this.#lines.count(labels),
        sum: this.#lines.sum(labels),
        sumSlot: undefined,
      };
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
    const { infinite, sum } = histogram;
    const { name, labels } = bound === Infinity ? infinite : this.#lines.bucket(sum.labels, bound);
    const slot = this.#slots.add();
    const bucket: Bucket = { name, labels, sample: undefined, exemplar: undefined, bound, slot };
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

/** Whether values of different label sets may be added up. */
function isAdditive({ kind }: ShardKind): boolean {
  return kind === 'counter' || kind === 'histogram' || kind === 'summary' || kind === 'sketch';
}

function byOrder(a: { readonly order: string }, b: { readonly order: string }): number {
  return a.order < b.order ? -1 : 1;
}
