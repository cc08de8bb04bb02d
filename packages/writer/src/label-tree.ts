import { inspect } from 'node:util';

/** Label values by label name, as an application gives them. */
export type LabelObject = Readonly<Record<string, unknown>>;

/** One value for each label name, in that order; undefined where the label is absent. */
export type LabelTuple = readonly (string | undefined)[];

/** What follows each value of one label: the next label's level, or a series. */
class Level {
  // The first value has a place of its own: most levels of a tree with many series have no other, and need no map.
  private key: string | undefined = undefined;
  private first: unknown = undefined;
  private others: Map<string | undefined, unknown> | null = null;

  get(value: string | undefined): unknown {
    if (value === this.key) return this.first;
    return this.others === null ? undefined : this.others.get(value);
  }

  /** Files what follows a value that has nothing yet. */
  set(value: string | undefined, next: unknown): void {
    if (this.first === undefined) {
      this.key = value;
      this.first = next;
      return;
    }
    this.others ??= new Map();
    this.others.set(value, next);
  }
}

/**
 * Finds a metric's series by its label values, one level for each label name. Label sets that differ never meet,
 * whatever characters are in them, and nothing is joined or allocated to look one up.
 */
export class LabelTree<Series extends object> {
  readonly labelNames: readonly string[];
  private readonly root: Level = new Level();

  constructor(labelNames: readonly string[]) {
    this.labelNames = labelNames;
  }

  /**
   * Finds the series of an object of labels. Undefined also where the labels are not plain strings and numbers, or
   * not all declared: `tupleOf` then says.
   */
  find(labels: LabelObject): Series | undefined {
    const { labelNames } = this;
    let node: unknown = this.root;
    let i = 0;
    // V8 reads `labels[name]` within `for…in` by position, without a look-up by name; most calls name all labels in
    // the order of the declaration, and end here.
    for (const name in labels) {
      if (name !== labelNames[i]) return this.findByName(labels);
      let value = labels[name];
      if (typeof value === 'number') value = String(value);
      else if (typeof value !== 'string') return this.findByName(labels);
      node = (node as Level).get(value as string);
      if (node === undefined) return undefined;
      i++;
    }
    return i === labelNames.length && i > 0 ? (node as Series) : this.findByName(labels);
  }

  private findByName(labels: LabelObject): Series | undefined {
    const { labelNames } = this;
    if (labelNames.length === 0) return undefined;
    let node: unknown = this.root;
    let missing = 0;
    for (const name of labelNames) {
      let value = labels[name];
      if (typeof value === 'number') value = String(value);
      else if (value === undefined) missing++;
      else if (typeof value !== 'string') return undefined;
      node = (node as Level).get(value as string | undefined);
      if (node === undefined) return undefined;
    }
    // Each given label was looked up if there are as many as were found.
    let given = missing;
    for (const _name in labels) given++;
    return given === labelNames.length ? (node as Series) : undefined;
  }

  /** Finds the series of values in the order of the label names; there must be one for each. */
  findValues(values: readonly unknown[]): Series | undefined {
    let node: unknown = this.root;
    for (let i = 0; i < values.length; i++) {
      let value = values[i];
      if (typeof value === 'number') value = String(value);
      else if (typeof value !== 'string') return undefined;
      node = (node as Level).get(value as string);
      if (node === undefined) return undefined;
    }
    return node as Series;
  }

  /** Finds the series of a tuple. */
  get(tuple: LabelTuple): Series | undefined {
    let node: unknown = this.root;
    for (const value of tuple) {
      node = (node as Level | undefined)?.get(value);
    }
    return tuple.length === 0
      ? (this.root.get(undefined) as Series | undefined)
      : (node as Series | undefined);
  }

  /** Files a series under a tuple. */
  set(tuple: LabelTuple, series: Series): void {
    const last = tuple.length - 1;
    let node = this.root;
    for (let i = 0; i < last; i++) {
      let next = node.get(tuple[i]) as Level | undefined;
      if (next === undefined) {
        next = new Level();
        node.set(tuple[i], next);
      }
      node = next;
    }
    node.set(tuple[last], series);
  }

  /**
   * The tuple of an object of labels; values are turned into strings.
   *
   * @throws Error with prom-client's text where a label was not declared.
   */
  tupleOf(labels: LabelObject): LabelTuple {
    const { labelNames } = this;
    const tuple = new Array<string | undefined>(labelNames.length).fill(undefined);
    for (const name in labels) {
      const i = labelNames.indexOf(name);
      if (i === -1) {
        throw new Error(`Added label "${name}" is not included in initial labelset: ${inspect(labelNames)}`);
      }
      const value = labels[name];
      // oxlint-disable-next-line typescript/no-base-to-string -- whatever is given; prom-client's `${value}`
      if (value !== undefined) tuple[i] = String(value);
    }
    return tuple;
  }
}
