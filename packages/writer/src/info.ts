import { OVERFLOW_VALUE } from '@promshard/label-policy';
import { encodeKey, REMOVED_TIMESTAMP } from '@promshard/shard-format';

import type { LabelObject } from './label-tree.js';
import type { InfoConfiguration, LabelValues, MetricValue } from './metric-configuration.js';
import { Metric } from './metric.js';
import { Series, type SeriesPlacer } from './series.js';
import type { Cell, Shard } from './shard.js';

/** What an info says, by label name. */
export type InfoValues = Readonly<Record<string, string | number>>;

/** What a series says, and where. */
interface Statement {
  readonly values: InfoValues;
  readonly cell: Cell;
  /** Other series may say it there, too. */
  readonly isShared?: true;
}

/** A place for each text that a series has had: entries are only ever appended. */
type InfoPlacer = (values: InfoValues) => Statement;

/** One series of an info: what it says now. */
export class InfoChild extends Series {
  private statement: Statement | null = null;
  private readonly find: InfoPlacer;

  constructor(placer: SeriesPlacer, labels: LabelObject, shard: Shard, find: InfoPlacer) {
    super(placer, labels, shard);
    this.find = find;
  }

  /** What is said; empty before anything is. */
  get values(): InfoValues {
    return this.statement?.values ?? {};
  }

  /** Says something, in place of what was said before. */
  info(values: InfoValues): void {
    const next = this.find(values);
    const before = this.statement;
    if (before === null) this.placer.appear(this);
    this.statement = next;
    // First the new one: a reader in between sees both, never none.
    write(next.cell, 0, 1);
    write(next.cell, 1, 0);
    if (before !== null && !isSame(before.cell, next.cell)) withdraw(before);
  }

  override get isThere(): boolean {
    return this.statement !== null;
  }

  override activate(): void {}

  override relocate(): void {
    if (this.statement !== null) this.info(this.values);
  }

  /** An info has no 0: it is there or not. */
  override zero(): void {
    this.remove();
  }

  override remove(): void {
    if (this.statement !== null) withdraw(this.statement);
    this.statement = null;
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
  /** What all series say together that found no room in the shard. */
  private overflow: Statement | null = null;
  private isMoving = false;

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
    if (this.overflow !== null) write(this.overflow.cell, 1, REMOVED_TIMESTAMP);
    this.overflow = null;
    this.isMoving = true;
    super.relocate();
    this.isMoving = false;
  }

  protected newSeries(labels: LabelObject): InfoChild {
    return new InfoChild(this, labels, this.shard, (values) => {
      const admitted = this.admitMore(values);
      const known = this.cells.get(identityOf(labels, admitted));
      if (known !== undefined) return { values: admitted, cell: known };
      const shown = this.overflows(this.cells.size) ? inOverflow(admitted) : admitted;
      const identity = identityOf(labels, shown);
      const key = this.keyOf({ ...labels, ...shown });
      const cell =
        this.cells.get(identity) ?? (this.isMoving ? this.placeTextAnyhow(key) : this.placeText(key));
      if (cell === undefined) return this.overflowOf(shown);
      this.cells.set(identity, cell);
      return { values: shown, cell };
    });
  }

  /** One for the metric, whoever needs it first: entries beyond the shard's limit must not become many. */
  private overflowOf(values: InfoValues): Statement {
    const own = Object.fromEntries(this.labelNames.map((name) => [name, OVERFLOW_VALUE]));
    return (this.overflow ??= {
      values: inOverflow(values),
      cell: this.placeTextAnyhow(this.keyOf({ ...own, ...inOverflow(values) })),
      isShared: true,
    });
  }

  private keyOf(labels: LabelObject): string {
    const [key = ''] = this.keysOf(this.textsOf(labels));
    return key;
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

function inOverflow(values: InfoValues): InfoValues {
  return Object.fromEntries(Object.keys(values).map((name) => [name, OVERFLOW_VALUE]));
}

function isSame(a: Cell, b: Cell): boolean {
  return a.shard === b.shard && a.index === b.index;
}

/** Takes back what one series alone has said. */
function withdraw({ cell, isShared }: Statement): void {
  if (isShared !== true) write(cell, 1, REMOVED_TIMESTAMP);
}

/** @param part - 0 for the value, 1 for the timestamp behind it. */
function write({ shard, index }: Cell, part: 0 | 1, number: number): void {
  shard.f64[index + part] = number;
  if (shard.dirty !== null) shard.touch(index + part);
}
