import { OVERFLOW_VALUE } from '@promshard/label-policy';
import { exemplarKey, type ShardKind } from '@promshard/shard-format';

import { AcceptedValues } from './accepted-values.js';
import { cellEntries, type CellEntries } from './cell-entries.js';
import { checkLabels, checkMoreLabels } from './check-labels.js';
import { checkUnit } from './check-unit.js';
import { checkDeclaration } from './declaration.js';
import { DefaultLabels, NO_TEXTS } from './default-labels.js';
import { LabelTree, type LabelObject, type LabelTuple } from './label-tree.js';
import type {
  Aggregator,
  LabelValues,
  MetricConfiguration,
  MetricObject,
  MetricRegistry,
  MetricValue,
} from './metric-configuration.js';
import { bringBack, isSamePlace, type Place, type Series, type SeriesPlacer } from './series.js';
import { SeriesExemplars } from './series-exemplars.js';
import { setOfStore } from './set-of-store.js';
import { ShardSet, type DefaultLabelled } from './shard-set.js';
import type { Cell, Shard } from './shard.js';

/** What a metric type says of itself. */
export interface MetricType {
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly shard: ShardKind;
  readonly reservedLabel?: string;
}

/**
 * What all metrics share: a declaration, series by label values, and what registries call. Everything here happens
 * once for a series or at a scrape; counting itself is in the series.
 */
export abstract class Metric<T extends string, S extends Series> implements SeriesPlacer, DefaultLabelled {
  /** Registries of prom-client overwrite it for OpenMetrics; the names in the shards do not change with it. */
  name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  readonly aggregator: Aggregator;
  readonly enableExemplars: boolean;
  protected readonly tree: LabelTree<S>;
  /** In the order of creation. */
  protected readonly series: S[] = [];
  /** Those that readers see, in prom-client's order: as they came in sight. Some may have been removed since. */
  protected shown: S[] = [];
  private hasRemoved = false;
  /** The series without labels, once it exists. */
  protected bare: S | null = null;
  /** Where a series lies that has no place yet. */
  protected readonly shard: Shard;
  private readonly accepted = new AcceptedValues();
  /** prom-client's metrics show it, too. */
  readonly registers: readonly MetricRegistry[];
  private readonly home: ShardSet;
  private collectCallback: (() => void | Promise<void>) | undefined;
  private isCollecting = false;
  private readonly kind: ShardKind;
  /** The name as declared. */
  protected readonly declaredName: string;
  private readonly reservedLabel: string | undefined;
  private readonly defaultLabels: DefaultLabels;
  /** All labels that keys may have; another list when the default labels are others. */
  protected keyNames: readonly string[];
  private readonly LabelSet: new () => Record<string, unknown> = labelSetClass();
  /** The labels of the one series that takes what finds no room, once it exists. */
  private overflowLabels: LabelObject | null = null;
  /** Where it counts together with series that have labels of their own and found no room, once there are such. */
  private sharedPlace: Cell | null = null;

  constructor(
    configuration: MetricConfiguration<T> & { readonly collect?: unknown },
    metricType: MetricType,
  ) {
    const { name, help, labelNames, registers } = checkDeclaration(
      configuration,
      metricType.reservedLabel,
      this.defaultRegisters(),
    );
    const { kind } = metricType.shard;
    checkUnit(name, configuration.unit, kind !== 'info' && kind !== 'stateset');
    this.home = setOf(configuration);
    checkLabels(this.home.policy, { name, labelNames });
    this.home.declare({ name, labelNames });
    this.name = name;
    this.declaredName = name;
    this.help = help;
    this.type = metricType.type;
    this.labelNames = labelNames;
    this.keyNames = labelNames;
    this.aggregator = configuration.aggregator ?? 'sum';
    this.enableExemplars = configuration.enableExemplars ?? false;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checkDeclaration saw that it is a function
    this.collectCallback = (configuration.collect ?? undefined) as (() => void | Promise<void>) | undefined;
    this.kind = metricType.shard;
    this.shard = this.home.shard(this.kind);
    this.tree = new LabelTree(labelNames);
    this.registers = registers;
    this.reservedLabel = metricType.reservedLabel;
    this.defaultLabels = new DefaultLabels(registers[0]);
  }

  /** Where a metric registers whose configuration has no `registers`: nowhere, but in classes that say where. */
  defaultRegisters(): readonly MetricRegistry[] {
    return [];
  }

  /** Registers the metric and makes its first series: the end of each type's constructor. */
  protected begin(): void {
    if (this.kind.kind === 'gauge') this.home.sameName.declare(this.declaredName, this);
    for (const registry of this.registers) registry.registerMetric(this as never);
    this.refreshDefaultLabels();
    if (this.registers.length > 0) this.home.follow(this);
    if (this.labelNames.length === 0) {
      this.bare = this.create([], {});
      // A gauge is listed before its first use.
      this.shown = [this.bare];
    }
    this.sampleCollect();
  }

  /** Tells it from metrics of other libraries; those of other copies of this one have it, too. */
  get isPromshardMetric(): true {
    return true;
  }

  /** Called before the local values are read, and at intervals by the store; `this` is the metric. */
  get collect(): (() => void | Promise<void>) | undefined {
    return this.collectCallback;
  }

  /** prom-client's metrics let it be set later, too. */
  set collect(callback: (() => void | Promise<void>) | undefined) {
    this.collectCallback = callback;
    this.sampleCollect();
  }

  private sampleCollect(): void {
    if (this.collectCallback === undefined || this.isCollecting) return;
    this.isCollecting = true;
    this.home.addCollecting(this, this.declaredName);
  }

  /** The keys of a label set's entries, in the order of Python's writer. */
  protected abstract keysOf(labels: Readonly<Record<string, string>>): readonly string[];
  /** Their entries; types with many series have a quicker way. */
  protected entriesOf(labels: Readonly<Record<string, string>>): CellEntries {
    return cellEntries(this.keysOf(labels));
  }

  /** Makes a series, without or with a place as the type has it. */
  protected abstract newSeries(labels: LabelObject): S;
  /** What registries read of one series. */
  protected abstract valuesOf(series: S): MetricValue<T>[];

  place(labels: LabelObject, isMove = false): Place {
    const texts = this.textsOf(labels);
    const entries = this.entriesOf(texts);
    const { offsets } = entries;
    if (this.home.sameName.mayBeThere(this.kind, this.declaredName)) {
      const there = this.shard.find(this.keysOf(texts)[0] ?? '');
      if (there !== undefined) {
        const place = { shard: there.shard, index: there.index, offsets };
        return bringBack(place) ? place : { ...place, isShared: true };
      }
    }
    // What there is once for a metric always gets a place, and so does what has one.
    const isOneOfMany = !isMove && this.labelNames.length > 0 && labels !== this.overflowLabels;
    const { shard } = this;
    const cell = isOneOfMany ? this.home.admit(shard, entries) : this.home.append(shard, entries);
    if (cell !== undefined) return { shard: cell.shard, index: cell.index, offsets };
    this.countOverflow();
    return (this.sharedPlace = this.overflowSeries().activePlace());
  }

  isTaken(place: Cell): boolean {
    const { sameName } = this.home;
    // Only that place is looked for: it takes a look at every series.
    if (this.sharedPlace !== null && isSamePlace(this.sharedPlace, place) && this.isAt(place)) return true;
    return sameName.mayBeThere(this.kind, this.declaredName) && sameName.isTaken(this.declaredName, place);
  }

  /** Whether one of the series that readers see counts in a place. */
  isAt(place: Cell): boolean {
    return this.series.some((series) => series.isThere && isSamePlace(series, place));
  }

  /** All labels of a series as they stand in its keys. */
  protected textsOf(labels: LabelObject): Readonly<Record<string, string>> {
    const texts = textOf(labels);
    return this.defaultLabels.texts === NO_TEXTS ? texts : { ...this.defaultLabels.texts, ...texts };
  }

  appear(series: Series): void {
    if (this.hasRemoved) {
      this.shown = this.shown.filter(({ isThere }) => isThere);
      this.hasRemoved = false;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one of this metric's
    const own = series as S;
    if (this.labelNames.length === 0) this.shown = [own];
    else this.shown.push(own);
  }

  sibling(labels: LabelObject): S {
    return this.tree.find(labels) ?? this.seriesOf(labels);
  }

  /** For a metric that was declared without registries, and shown in one later: takes that one's default labels. */
  takeDefaultLabelsOf(registry: MetricRegistry): void {
    if (this.defaultLabels.registry !== undefined) return;
    this.defaultLabels.registry = registry;
    this.home.follow(this);
  }

  followDefaultLabels(): (() => void) | undefined {
    return this.refreshDefaultLabels() ? () => this.relocate() : undefined;
  }

  /** Gives all series new places. */
  protected relocate(): void {
    const overflow = this.overflowLabels === null ? undefined : this.overflowSeries();
    const place = overflow?.isThere === true ? overflow.activePlace() : undefined;
    const isGuest = (series: S): boolean =>
      place !== undefined &&
      series !== overflow &&
      series.shard === place.shard &&
      series.index === place.index;
    // What found no room counts in the overflow series, and goes where that goes.
    const guests = this.series.filter(isGuest);
    for (const guest of guests) guest.index = 0;
    for (const series of this.series) if (!guests.includes(series)) series.relocate();
    if (overflow === undefined) return;
    for (const guest of guests) guest.share((this.sharedPlace = overflow.activePlace()));
  }

  private refreshDefaultLabels(): boolean {
    const { policy } = this.home;
    const isChanged = this.defaultLabels.refresh(this, this.declaredName, policy, (name, value) => {
      // A series' own label goes before a default one; those of buckets and quantiles are the series' own, too.
      if (name === this.reservedLabel) return undefined;
      const violation = policy.checkName(name);
      if (violation === undefined) return this.admitValue(name, value);
      this.home.reportOnce({
        code: 'default-label-refused',
        metric: this.declaredName,
        label: name,
        reason: violation.reason,
        message:
          `The label policy does not allow the default label "${name}" of metric ${this.declaredName} ` +
          `(${violation.reason}); it is left out of the shards.`,
      });
      return undefined;
    });
    const names = Object.keys(this.defaultLabels.texts).filter((name) => !this.labelNames.includes(name));
    if (isChanged) this.keyNames = [...this.labelNames, ...names];
    return isChanged;
  }

  /** Appends an entry that belongs to no series' place, to the shard of another kind; past its limit, to memory only. */
  protected placeAside(kind: ShardKind, key: string): Cell {
    return this.home.admit(this.home.shard(kind), cellEntries([key])) ?? this.home.appendInMemory(kind, key);
  }

  /** Appends an entry to the metric's own shard; undefined, and counted, where that is full. */
  protected placeText(key: string): Cell | undefined {
    const cell = this.home.admit(this.shard, cellEntries([key]));
    if (cell === undefined) this.countOverflow();
    return cell;
  }

  /** Appends an entry to the metric's own shard, also beyond its limit: what there is once, or has a place already. */
  protected placeTextAnyhow(key: string): Cell {
    return this.home.append(this.shard, cellEntries([key]));
  }

  /** Room for the exemplars of a series with these labels. */
  protected exemplarsOf(labels: LabelObject): SeriesExemplars {
    return new SeriesExemplars(
      () => this.home.policy,
      (entry) => {
        const shard = this.home.shard({ kind: 'exemplars' });
        const keyOf = (): string => exemplarKey(this.keysOf(this.textsOf(labels))[entry] ?? '');
        const cell = shard.isFull ? undefined : this.home.admit(shard, cellEntries([keyOf()]));
        if (cell === undefined)
          this.home.count('promshard_exemplars_dropped', 'Exemplars that found no room.');
        return cell;
      },
    );
  }

  /**
   * Finds or makes the series of labels that `tree.find` did not find.
   *
   * @param check - Runs before a series is made; throws where the call is wrong in another way.
   */
  protected seriesOf(labels: LabelObject, check?: () => void): S {
    const tuple = this.tree.tupleOf(labels);
    check?.();
    return this.tree.get(tuple) ?? this.admit(tuple, labels);
  }

  /** The series of `labels(…)`: of an object, or of one value for each label name. */
  protected seriesFor(args: readonly unknown[]): S {
    const [first] = args;
    if (typeof first === 'object') {
      return first === null ? this.bareSeries() : this.sibling(first as LabelObject);
    }
    this.checkCount(args);
    if (args.length === 0) return this.bareSeries();
    return this.tree.findValues(args) ?? this.seriesOf(this.objectOf(args));
  }

  /** The series without labels; a metric with label names may have it too. */
  protected bareSeries(): S {
    this.bare ??= this.seriesOf({});
    return this.bare;
  }

  /** Removes the series of an object of labels, or of one value for each label name, if it exists. */
  remove(labels: LabelValues<T>): void;
  remove(...values: (string | number)[]): void;
  remove(...args: unknown[]): void {
    const [first] = args;
    if (typeof first !== 'object') this.checkCount(args);
    const labels = typeof first === 'object' ? { ...first } : this.objectOf(args);
    const series = this.tree.get(this.tree.tupleOf(labels));
    if (series !== undefined) this.drop(series);
  }

  /** Takes a series out of sight. */
  protected drop(series: S): void {
    series.remove();
    this.hasRemoved = true;
  }

  /** Hides every series from readers, as that of a metric that is no more. */
  retire(): void {
    for (const series of this.series) this.drop(series);
  }

  /** Removes every series; the one of a metric without label names begins at 0 again. */
  reset(): void {
    for (const series of this.series) {
      if (this.labelNames.length > 0) this.drop(series);
      else if (series.isRemoved) series.activate();
      else series.zero();
    }
  }

  /** The local values, as registries read them. */
  async get(): Promise<MetricObject<T>> {
    await this.collect?.();
    const { help, name, type, aggregator } = this;
    const values = this.shown.flatMap((series) => this.valuesOf(series));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see MetricObject
    return { help, name, type, values, aggregator } as unknown as MetricObject<T>;
  }

  /** Reports that an option has no effect. */
  protected ignore(message: string): void {
    this.home.reportOnce({ code: 'option-ignored', metric: this.declaredName, message });
  }

  /** Makes a new series after the policy and the budget have had their say. */
  private admit(tuple: LabelTuple, labels: LabelObject): S {
    const admitted = new this.LabelSet();
    let isAsGiven = true;
    for (const name in labels) {
      const text = tuple[this.labelNames.indexOf(name)];
      if (text === undefined) continue;
      const value = this.admitValue(name, text);
      if (value !== text) isAsGiven = false;
      if (value !== undefined) admitted[name] = value === text ? kept(labels[name], text) : value;
    }
    if (isAsGiven) return this.createWithinBudget(tuple, admitted);
    const admittedTuple = this.tree.tupleOf(admitted);
    return this.tree.get(admittedTuple) ?? this.createWithinBudget(admittedTuple, admitted);
  }

  /**
   * Admits labels that were not declared: those of an info.
   *
   * @returns What may be shown of them.
   * @throws WriterError `LABEL_FORBIDDEN` where a name is forbidden, no name, or one of the metric's own.
   */
  protected admitMore(values: LabelObject): Record<string, string> {
    const { declaredName: name, labelNames } = this;
    const names = Object.keys(values);
    checkMoreLabels(name, labelNames, names);
    checkLabels(this.home.policy, { name, labelNames: names });
    this.home.declare({ name, labelNames: [...labelNames, ...names] });
    const admitted: Record<string, string> = {};
    for (const [label, text] of Object.entries(textOf(values))) {
      const value = this.admitValue(label, text);
      if (value !== undefined) admitted[label] = value;
    }
    return admitted;
  }

  /** The value to count under: itself, the policy's substitute, or undefined for a series without the label. */
  private admitValue(label: string, value: string): string | undefined {
    const { policy } = this.home;
    const reason = this.accepted.judge(policy, label, value);
    if (reason === undefined) return value;
    this.home.countViolation(this.declaredName, label, reason);
    return policy.substitute(label, value);
  }

  private createWithinBudget(tuple: LabelTuple, labels: LabelObject): S {
    if (this.overflows(this.series.length)) return this.overflowSeries();
    if (!this.shard.isFull) {
      const series = this.newSeries(labels);
      // Full now: it has got the place of the overflow series, and is not needed beside that.
      if (!this.shard.isFull) return this.file(tuple, series);
      this.shown = this.shown.filter((each) => each !== series);
    } else {
      this.countOverflow();
    }
    return this.overflowSeries();
  }

  /** Whether the label policy allows no further series than `made`; counted then and, once, reported. */
  protected overflows(made: number): boolean {
    const { policy } = this.home;
    const budget = policy.seriesBudget(this.declaredName);
    const isOwnBudget = made >= budget;
    if (!isOwnBudget && this.home.seriesCount < policy.maxSeriesPerProcess) return false;
    this.countOverflow();
    const whose = isOwnBudget
      ? `Metric ${this.declaredName} has ${budget} series, the most that the label policy allows`
      : `All metrics have ${policy.maxSeriesPerProcess} series, the most that the label policy allows a process`;
    this.home.reportOnce({
      code: 'series-overflow',
      metric: this.declaredName,
      message: `${whose}; further label sets of ${this.declaredName} are counted together under "${OVERFLOW_VALUE}".`,
    });
    return true;
  }

  private countOverflow(): void {
    this.home.count(
      'promshard_series_overflow',
      'Times that a metric had no series left for a new label set.',
    );
  }

  /** The series in which all label sets are counted for which there is no series left. */
  private overflowSeries(): S {
    const labels = (this.overflowLabels ??= Object.fromEntries(
      this.labelNames.map((name) => [name, OVERFLOW_VALUE]),
    ));
    const tuple = this.tree.tupleOf(labels);
    return this.tree.get(tuple) ?? this.create(tuple, labels);
  }

  private create(tuple: LabelTuple, labels: LabelObject): S {
    return this.file(tuple, this.newSeries(labels));
  }

  private file(tuple: LabelTuple, series: S): S {
    this.tree.set(tuple, series);
    this.series.push(series);
    this.home.seriesCount++;
    return series;
  }

  private objectOf(values: readonly unknown[]): LabelObject {
    return Object.fromEntries(this.labelNames.map((name, i) => [name, values[i]]));
  }

  /** prom-client's check; its message has the values too, which may not go into an error. */
  private checkCount(values: readonly unknown[]): void {
    const { labelNames } = this;
    if (values.length === labelNames.length) return;
    throw new Error(
      `Invalid number of arguments (${values.length}) for label names (${labelNames.length}): ` +
        `"${labelNames.join(', ')}".`,
    );
  }
}

function setOf({ name, aggregator, store }: MetricConfiguration<string>): ShardSet {
  // prom-client leaves such a metric out of what workers send; here it is in a set that no store keeps.
  if (aggregator === 'omit') return new ShardSet();
  return setOfStore(store, `metric ${name}`);
}

/**
 * What makes the objects that hold the labels of one metric's series. V8 learns how many properties a class's objects
 * have, and then gives them no more room; those of `{}` always have room for four.
 */
function labelSetClass(): new () => Record<string, unknown> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-extraneous-class -- an empty record
  return class LabelSet {} as unknown as new () => Record<string, unknown>;
}

/**
 * A label value as a series keeps it: a number stays one, for registries to show as prom-client does; of anything
 * else the text that the policy has seen, whatever a getter or an object would say when asked again.
 */
function kept(value: unknown, text: string): string | number {
  return typeof value === 'number' && String(value) === text ? value : text;
}

/** Label values as they stand in keys. */
function textOf(labels: LabelObject): Record<string, string> {
  const text: Record<string, string> = {};
  for (const name in labels) {
    const value = labels[name];
    text[name] = typeof value === 'string' ? value : String(value);
  }
  return text;
}
