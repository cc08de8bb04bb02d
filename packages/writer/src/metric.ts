import { OVERFLOW_VALUE } from '@promshard/label-policy';
import type { ShardKind } from '@promshard/shard-format';

import { AcceptedValues } from './accepted-values.js';
import { checkLabels } from './check-labels.js';
import { checkDeclaration } from './declaration.js';
import { DefaultLabels } from './default-labels.js';
import { LabelTree, type LabelObject, type LabelTuple } from './label-tree.js';
import type {
  Aggregator,
  LabelValues,
  MetricConfiguration,
  MetricObject,
  MetricRegistry,
  MetricValue,
} from './metric-configuration.js';
import type { Place, Series, SeriesPlacer } from './series.js';
import { setOfStore } from './set-of-store.js';
import { ShardSet, type DefaultLabelled } from './shard-set.js';
import { cellOffsets, type Cell, type Shard } from './shard.js';

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
  private readonly offsetsByShape = new Map<number, Int32Array>();

  constructor(
    configuration: MetricConfiguration<T> & { readonly collect?: unknown },
    metricType: MetricType,
  ) {
    const { name, help, labelNames, registers } = checkDeclaration(
      configuration,
      metricType.reservedLabel,
      this.defaultRegisters(),
    );
    this.home = setOf(configuration);
    checkLabels(this.home.policy, { name, labelNames });
    this.home.declare({ name, labelNames });
    this.name = name;
    this.declaredName = name;
    this.help = help;
    this.type = metricType.type;
    this.labelNames = labelNames;
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
  /** Makes a series, without or with a place as the type has it. */
  protected abstract newSeries(labels: LabelObject): S;
  /** What registries read of one series. */
  protected abstract valuesOf(series: S): MetricValue<T>[];

  place(labels: LabelObject): Place {
    const keys = this.keysOf(this.textsOf(labels));
    const { shard, index } = this.home.append(this.kind, keys);
    return { shard, index, offsets: this.offsetsOf(keys) };
  }

  /** All labels of a series as they stand in its keys. */
  protected textsOf(labels: LabelObject): Readonly<Record<string, string>> {
    return { ...this.defaultLabels.texts, ...textOf(labels) };
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

  /** Puts all series under the default labels that the registry has by now. */
  followDefaultLabels(): void {
    if (!this.refreshDefaultLabels()) return;
    for (const series of this.series) series.relocate();
  }

  private refreshDefaultLabels(): boolean {
    const { policy } = this.home;
    return this.defaultLabels.refresh(this, this.declaredName, policy, (name, value) => {
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
  }

  /** Appends an entry that belongs to no series' place, to the shard of another kind. */
  protected placeAside(kind: ShardKind, key: string): Cell {
    return this.home.append(kind, [key]);
  }

  private offsetsOf(keys: readonly string[]): Int32Array {
    const first = keys[0]?.length ?? 0;
    const second = keys[1]?.length ?? first;
    // Keys of one metric differ from one another by the same in each label set, but for the comma before `le`, which
    // is there or not: so the first length and its difference to the second tell all of them.
    const shape = first * 64 + (second - first);
    let offsets = this.offsetsByShape.get(shape);
    if (offsets === undefined) {
      offsets = cellOffsets(keys.map((key) => key.length));
      this.offsetsByShape.set(shape, offsets);
    }
    return offsets;
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
    const admitted: Record<string, unknown> = {};
    for (const name in labels) {
      const text = tuple[this.labelNames.indexOf(name)];
      if (text === undefined) continue;
      const value = this.admitValue(name, text);
      if (value !== undefined) admitted[name] = value === text ? kept(labels[name], text) : value;
    }
    const admittedTuple = this.tree.tupleOf(admitted);
    return this.tree.get(admittedTuple) ?? this.createWithinBudget(admittedTuple, admitted);
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
    const { policy } = this.home;
    const budget = policy.seriesBudget(this.declaredName);
    const isOwnBudget = this.series.length >= budget;
    if (!isOwnBudget && this.home.seriesCount < policy.maxSeriesPerProcess) return this.create(tuple, labels);
    this.home.count(
      'promshard_series_overflow',
      'Times that a metric had no series left for a new label set.',
    );
    const whose = isOwnBudget
      ? `Metric ${this.declaredName} has ${budget} series, the most that the label policy allows`
      : `All metrics have ${policy.maxSeriesPerProcess} series, the most that the label policy allows a process`;
    this.home.reportOnce({
      code: 'series-overflow',
      metric: this.declaredName,
      message: `${whose}; further label sets of ${this.declaredName} are counted together under "${OVERFLOW_VALUE}".`,
    });
    const overflow: Record<string, string> = {};
    for (const name of this.labelNames) overflow[name] = OVERFLOW_VALUE;
    const overflowTuple = this.tree.tupleOf(overflow);
    return this.tree.get(overflowTuple) ?? this.create(overflowTuple, overflow);
  }

  private create(tuple: LabelTuple, labels: LabelObject): S {
    const series = this.newSeries(labels);
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
 * A label value as a series keeps it: a number stays one, for registries to show as prom-client does; of anything
 * else the text that the policy has seen, whatever a getter or an object would say when asked again.
 */
function kept(value: unknown, text: string): string | number {
  return typeof value === 'number' && String(value) === text ? value : text;
}

/** Label values as they stand in keys. */
function textOf(labels: LabelObject): Record<string, string> {
  const text: Record<string, string> = {};
  for (const name in labels) text[name] = String(labels[name]);
  return text;
}
