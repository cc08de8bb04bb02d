import { encodeKey, type StateSetMode } from '@promshard/shard-format';

import { checkStates } from './check-states.js';
import type { LabelObject } from './label-tree.js';
import type { LabelValues, MetricValue, StateSetConfiguration } from './metric-configuration.js';
import { Metric } from './metric.js';
import { Series, type SeriesPlacer } from './series.js';
import type { Shard } from './shard.js';
import { unixSeconds } from './stopwatch.js';

/** One series of a state set: which of its states are on. It exists from its first state. */
export class StateSetChild extends Series {
  private readonly positions: ReadonlyMap<string, number>;

  constructor(
    placer: SeriesPlacer,
    labels: LabelObject,
    shard: Shard,
    positions: ReadonlyMap<string, number>,
  ) {
    super(placer, labels, shard);
    this.positions = positions;
  }

  /**
   * Enters a state, and leaves every other.
   *
   * @throws TypeError where the metric has no such state.
   */
  state(name: string): void {
    const on = this.positionOf(name);
    this.activate();
    // First the new one: a reader in between sees two, never none.
    this.write(on, 1);
    for (let i = 0; i < this.positions.size; i++) if (i !== on) this.write(i, 0);
  }

  /**
   * Turns one state on or off, and leaves the others as they are.
   *
   * @throws TypeError where the metric has no such state.
   */
  set(name: string, isOn: boolean): void {
    const position = this.positionOf(name);
    this.activate();
    this.write(position, isOn ? 1 : 0);
    // All states of a process are of one time, or readers could mix the latest of several processes.
    for (let i = 0; i < this.positions.size; i++) if (i !== position) this.write(i, this.read(i));
  }

  private positionOf(name: string): number {
    const position = this.positions.get(name);
    if (position !== undefined) return position;
    throw new TypeError(
      `The state is not one that the metric declares: ${[...this.positions.keys()].join(', ')}.`,
    );
  }

  private write(i: number, value: number): void {
    const { shard } = this;
    const index = this.index + (this.offsets[i] ?? 0);
    shard.f64[index] = value;
    shard.f64[index + 1] = unixSeconds();
    if (shard.dirty === null) return;
    shard.touch(index);
    shard.touch(index + 1);
  }
}

/**
 * Which of some states a process is in. Each state is a sample, 1 where it is on, with a label that has the metric's name.
 *
 * `multiprocessMode` says how processes combine; states end with their process.
 */
export class StateSet<T extends string = string> extends Metric<T, StateSetChild> {
  readonly states: readonly string[];
  readonly multiprocessMode: StateSetMode;
  private readonly positions: ReadonlyMap<string, number>;

  constructor(configuration: StateSetConfiguration<T, StateSet<T>>) {
    const { name, states, multiprocessMode = 'liveall' } = Object(configuration) as StateSetConfiguration<T>;
    if (name) checkStates(name, states, multiprocessMode);
    super(configuration, {
      type: 'gauge',
      shard: { kind: 'stateset', mode: multiprocessMode },
      reservedLabel: name,
    });
    this.states = [...states];
    this.multiprocessMode = multiprocessMode;
    this.positions = new Map(states.map((state, i) => [state, i]));
    this.begin();
  }

  /** Enters a state in the series without labels. */
  state(name: string): void;
  /** Enters a state in the series of these labels. */
  state(labels: LabelValues<T>, name: string): void;
  state(first: string | LabelObject, name?: string): void {
    if (typeof first === 'string') (this.bare ?? this.bareSeries()).state(first);
    else this.child(first).state(name as string);
  }

  /** Turns a state of the series without labels on or off. */
  set(name: string, isOn: boolean): void;
  /** Turns a state of the series of these labels on or off. */
  set(labels: LabelValues<T>, name: string, isOn: boolean): void;
  set(first: string | LabelObject, second: string | boolean, isOn?: boolean): void {
    if (typeof first === 'string') (this.bare ?? this.bareSeries()).set(first, second as boolean);
    else this.child(first).set(second as string, isOn as boolean);
  }

  /** The series of an object of labels, or of one value for each label name. */
  labels(labels: LabelValues<T>): StateSetChild;
  labels(...values: (string | number)[]): StateSetChild;
  labels(...args: unknown[]): StateSetChild {
    return this.seriesFor(args);
  }

  /** Every series is as before its first state. */
  override reset(): void {
    for (const series of this.series) this.drop(series);
  }

  private child(labels: LabelObject): StateSetChild {
    return this.tree.find(labels) ?? this.seriesOf(labels);
  }

  protected keysOf(labels: Readonly<Record<string, string>>): readonly string[] {
    const { declaredName: name, help } = this;
    return this.states.map((state) =>
      encodeKey({ family: name, sample: name, labels: { ...labels, [name]: state }, help }),
    );
  }

  protected newSeries(labels: LabelObject): StateSetChild {
    return new StateSetChild(this, labels, this.shard, this.positions);
  }

  protected valuesOf(child: StateSetChild): MetricValue<T>[] {
    if (!child.isThere) return [];
    return this.states.map((state, i) => ({
      value: child.read(i),
      labels: { ...child.labels, [this.declaredName]: state } as LabelValues<T>,
    }));
  }
}
