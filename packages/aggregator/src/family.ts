import { goFloat, type ShardKind, type SketchSuffix } from '@promshard/shard-format';
import { sampleOf, type Line } from './line.js';
import type { SeriesName } from './read-key.js';
import { SketchSeries } from './sketch-series.js';
import type { Combination, Slot, SlotTable } from './slot-table.js';
import type { FamilyType, Label, Sample } from './snapshot.js';

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

/** A family as the shards of one kind (and mode) have it: where its series' values are, and how they go out. */
export class Family {
  readonly name: string;
  readonly shard: ShardKind;
  readonly #combination: Combination;
  readonly #slots: SlotTable;
  readonly #series = new Map<string, Series>();
  readonly #histograms = new Map<string, HistogramSeries>();
  readonly #sketches = new Map<string, SketchSeries>();
  /** What the writers of a summary ask for. */
  readonly #quantiles = new Map<number, Slot>();
  #sorted: (Series | HistogramSeries | SketchSeries)[] = [];
  #isSorted = true;

  constructor(name: string, shard: ShardKind, combination: Combination, slots: SlotTable) {
    this.name = name;
    this.shard = shard;
    this.#combination = combination;
    this.#slots = slots;
  }

  get type(): FamilyType {
    return this.shard.kind === 'sketch' ? 'summary' : this.shard.kind;
  }

  /**
   * The slot of a series, made where the series is new.
   *
   * @param labels - The labels that go out: the key's, or with `pid`.
   */
  slotOf(series: SeriesName, labels: readonly Label[]): Slot {
    const identity = identityOf(labels);
    if (series.sketch !== undefined) return this.#sketchSlot(series.sketch, labels, identity);
    return this.shard.kind === 'histogram'
      ? this.#histogramSlot(series, labels, identity)
      : this.#plainSlot(series.sample, labels, identity);
  }

  /** Appends this family's samples, in order, of the series that are fed. */
  samples(): Sample[] {
    if (!this.#isSorted) {
      this.#sorted.sort((a, b) => (a.order < b.order ? -1 : 1));
      this.#isSorted = true;
    }
    const samples: Sample[] = [];
    const quantiles = this.#quantiles.size === 0 ? [] : this.#quantilesAsked();
    for (const series of this.#sorted) {
      if (series instanceof SketchSeries) {
        series.pushSamples(this.#slots, quantiles, samples);
      } else if ('slot' in series) {
        if (!this.#slots.isFed(series.slot)) continue;
        samples.push(sampleOf(series, this.#slots.value(series.slot, this.#combination)));
      } else {
        this.#pushHistogram(series, samples);
      }
    }
    return samples;
  }

  #plainSlot(sample: string, labels: readonly Label[], identity: string): Slot {
    const order = `${identity}${sample}`;
    const known = this.#series.get(order);
    if (known !== undefined) return known.slot;
    const series: Series = { name: sample, labels, order, slot: this.#slots.add(), sample: undefined };
    this.#series.set(order, series);
    this.#sorted.push(series);
    this.#isSorted = false;
    return series.slot;
  }

  #sketchSlot(suffix: SketchSuffix, labels: readonly Label[], identity: string): Slot {
    if (suffix.kind === 'quantile') {
      const slot = this.#quantiles.get(suffix.quantile) ?? this.#slots.add();
      this.#quantiles.set(suffix.quantile, slot);
      return slot;
    }
    let sketch = this.#sketches.get(identity);
    if (sketch === undefined) {
      // Before the sample names of the sum and the count, which are longer.
      sketch = new SketchSeries(this.name, labels, `${identity}${this.name}`);
      this.#sketches.set(identity, sketch);
      this.#sorted.push(sketch);
      this.#isSorted = false;
    }
    return sketch.slotOf(suffix.bin, this.#slots);
  }

  /** The quantiles that a shard of this scrape asks for, ascending. */
  #quantilesAsked(): number[] {
    const asked = [...this.#quantiles].filter(([, slot]) => this.#slots.isFed(slot));
    return asked.map(([quantile]) => quantile).toSorted((a, b) => a - b);
  }

  #histogramSlot({ bound }: SeriesName, labels: readonly Label[], identity: string): Slot {
    let histogram = this.#histograms.get(identity);
    if (histogram === undefined) {
      histogram = newHistogram(this.name, labels, identity);
      this.#histograms.set(identity, histogram);
      this.#sorted.push(histogram);
      this.#isSorted = false;
    }
    if (bound === undefined) return (histogram.sumSlot ??= this.#slots.add());
    const known = histogram.buckets.get(bound);
    if (known !== undefined) return known.slot;
    const line = bound === Infinity ? histogram.infinite : bucketLine(this.name, histogram.sum.labels, bound);
    const bucket: Bucket = { ...line, bound, slot: this.#slots.add() };
    histogram.buckets.set(bound, bucket);
    histogram.sorted.push(bucket);
    histogram.sorted.sort((a, b) => a.bound - b.bound);
    return bucket.slot;
  }

  /** Buckets are added up from the lowest bound; what they come to is `+Inf` and `_count`. */
  #pushHistogram(histogram: HistogramSeries, samples: Sample[]): void {
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

/** Equal for label sets that Prometheus takes as equal: to it, a label with an empty value is no label. */
function identityOf(labels: readonly Label[]): string {
  let identity = '';
  for (const [name, value] of labels) {
    if (value !== '') identity += `${name}=${JSON.stringify(value)},`;
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
