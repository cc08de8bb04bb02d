import { OVERFLOW_VALUE } from '@promshard/label-policy';
import { encodeKey, REMOVED_TIMESTAMP } from '@promshard/shard-format';

import type { LabelObject } from './label-tree.js';
import type { InfoConfiguration, LabelValues, MetricValue } from './metric-configuration.js';
import { Metric } from './metric.js';
import { Series, type SeriesPlacer } from './series.js';
import type { Cell, Shard } from './shard.js';

/** What an info says, by label name. */
export type InfoValues = Readonly<Record<string, string | number>>;

/** A place for each text that a series has had: entries are only ever appended. */
type InfoPlacer = (values: InfoValues) => { readonly values: InfoValues; readonly cell: Cell };

/** One series of an info: what it says now. */
export class InfoChild extends Series {
  /** What is said; empty before anything is. */
  values: InfoValues = {};
  private cell: Cell | null = null;
  private readonly find: InfoPlacer;

  constructor(placer: SeriesPlacer, labels: LabelObject, shard: Shard, find: InfoPlacer) {
    super(placer, labels, shard);
    this.find = find;
  }

  /** Says something, in place of what was said before. */
  info(values: InfoValues): void {
    const next = this.find(values);
    const before = this.cell;
    if (before === null) this.placer.appear(this);
    this.values = next.values;
    this.cell = next.cell;
    // First the new one: a reader in between sees both, never none.
    write(next.cell, 0, 1);
    write(next.cell, 1, 0);
    if (before !== null && !isSame(before, next.cell)) write(before, 1, REMOVED_TIMESTAMP);
  }

  override get isThere(): boolean {
    return this.cell !== null;
  }

  override activate(): void {}

  override relocate(): void {
    if (this.cell !== null) this.info(this.values);
  }

  /** An info has no 0: it is there or not. */
  override zero(): void {
    this.remove();
  }

  override remove(): void {
    if (this.cell !== null) write(this.cell, 1, REMOVED_TIMESTAMP);
    this.cell = null;
  }
}

/**
 * Texts about what is running: a version, a revision. They are the labels of a sample `<name>_info`, which is always 1.
 *
 * Processes that say the same are one series. What a process says ends with it.
 */
export class Info<T extends string = string> extends Metric<T, InfoChild> {
  private readonly family: string;
  private readonly cells = new Map<string, Cell>();

  constructor(configuration: InfoConfiguration<T, Info<T>>) {
    super(configuration, { type: 'gauge', shard: { kind: 'info' } });
    this.family = this.name.replace(/_info$/, '');
    this.name = `${this.family}_info`;
    this.begin();
  }

  /**
   * Says something in the series without labels, in place of what was said before.
   *
   * @throws WriterError `LABEL_FORBIDDEN` where the label policy forbids a name, or the metric has that label itself.
   */
  info(values: InfoValues): void;
  /** Says something in the series of these labels. */
  info(labels: LabelValues<T>, values: InfoValues): void;
  info(first: LabelObject, second?: InfoValues): void {
    if (second === undefined) (this.bare ?? this.bareSeries()).info(first as InfoValues);
    else (this.tree.find(first) ?? this.seriesOf(first)).info(second);
  }

  /** The series of an object of labels, or of one value for each label name. */
  labels(labels: LabelValues<T>): InfoChild;
  labels(...values: (string | number)[]): InfoChild;
  labels(...args: unknown[]): InfoChild {
    return this.seriesFor(args);
  }

  protected keysOf(labels: Readonly<Record<string, string>>): readonly string[] {
    return [encodeKey({ family: this.family, sample: `${this.family}_info`, labels, help: this.help })];
  }

  protected override relocate(): void {
    this.cells.clear();
    super.relocate();
  }

  protected newSeries(labels: LabelObject): InfoChild {
    return new InfoChild(this, labels, this.shard, (values) => {
      const admitted = this.admitMore(values);
      const known = this.cells.get(identityOf(labels, admitted));
      if (known !== undefined) return { values: admitted, cell: known };
      const shown = this.overflows(this.cells.size) ? overflowOf(admitted) : admitted;
      const identity = identityOf(labels, shown);
      const cell = this.cells.get(identity) ?? this.newCell({ ...labels, ...shown });
      this.cells.set(identity, cell);
      return { values: shown, cell };
    });
  }

  private newCell(labels: LabelObject): Cell {
    const [key = ''] = this.keysOf(this.textsOf(labels));
    return this.placeAside({ kind: 'info' }, key);
  }

  protected valuesOf(child: InfoChild): MetricValue<T>[] {
    if (!child.isThere) return [];
    return [{ value: 1, labels: { ...child.labels, ...child.values } as LabelValues<T> }];
  }
}

function identityOf(labels: LabelObject, values: InfoValues): string {
  const all = Object.entries({ ...labels, ...values }).map(([name, value]) => [name, String(value)]);
  return JSON.stringify(all.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

function overflowOf(values: InfoValues): InfoValues {
  return Object.fromEntries(Object.keys(values).map((name) => [name, OVERFLOW_VALUE]));
}

function isSame(a: Cell, b: Cell): boolean {
  return a.shard === b.shard && a.index === b.index;
}

/** @param part - 0 for the value, 1 for the timestamp behind it. */
function write({ shard, index }: Cell, part: 0 | 1, number: number): void {
  shard.f64[index + part] = number;
  if (shard.dirty !== null) shard.touch(index + part);
}
