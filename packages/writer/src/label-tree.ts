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

  /** All values, each with what follows it. */
  *entries(): Generator<[string | undefined, unknown]> {
    if (this.first !== undefined) yield [this.key, this.first];
    if (this.others !== null) yield* this.others;
  }
}

/** Sizes at which the tree asks whether its levels are in the best order: each eight times the one before. */
const FIRST_REVIEW = 32;
const REVIEW_FACTOR = 8;
const LAST_REVIEW = 20_000;

/**
 * Finds a metric's series by its label values, one level for each label name. Label sets that differ never meet,
 * whatever characters are in them, and nothing is joined or allocated to look one up.
 *
 * Labels with few values come first: were a label with many the first level, each of its values would have the levels
 * behind it to itself.
 */
export class LabelTree<Series extends object> {
  readonly labelNames: readonly string[];
  /** Which label each level is of. */
  private order: readonly number[];
  private isInDeclaredOrder = true;
  private root: Level = new Level();
  private size = 0;
  private nextReview = FIRST_REVIEW;
  /** The values of a look-up, in the order of the names. */
  private readonly values: (string | undefined)[];

  constructor(labelNames: readonly string[]) {
    this.labelNames = labelNames;
    this.order = labelNames.map((_, i) => i);
    this.values = labelNames.map(() => undefined);
  }

  /**
   * Finds the series of an object of labels. Undefined also where the labels are not plain strings and numbers, or
   * not all declared: `tupleOf` then says.
   */
  find(labels: LabelObject): Series | undefined {
    return this.isInDeclaredOrder ? this.findOnTheWay(labels) : this.findByValues(labels);
  }

  /**
   * Walks the levels while it reads the labels. V8 reads `labels[name]` within `for…in` by position, without a look-up
   * by name; most calls name all labels in the order of the declaration, and end here.
   */
  private findOnTheWay(labels: LabelObject): Series | undefined {
    const { labelNames } = this;
    let node: unknown = this.root;
    let i = 0;
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

  /** Reads all labels, in the same way, before it walks. */
  private findByValues(labels: LabelObject): Series | undefined {
    const { labelNames, values } = this;
    let i = 0;
    for (const name in labels) {
      if (name !== labelNames[i]) return this.findByName(labels);
      let value = labels[name];
      if (typeof value === 'number') value = String(value);
      else if (typeof value !== 'string') return this.findByName(labels);
      values[i] = value as string;
      i++;
    }
    return i === labelNames.length && i > 0 ? this.walk(values) : this.findByName(labels);
  }

  private findByName(labels: LabelObject): Series | undefined {
    const { labelNames, values } = this;
    if (labelNames.length === 0) return undefined;
    let given = 0;
    for (let i = 0; i < labelNames.length; i++) {
      let value = labels[labelNames[i] ?? ''];
      if (typeof value === 'number') value = String(value);
      else if (value === undefined) given++;
      else if (typeof value !== 'string') return undefined;
      values[i] = value as string | undefined;
    }
    // Each given label is looked up if there are as many as were found.
    for (const _name in labels) given++;
    return given === labelNames.length ? this.walk(values) : undefined;
  }

  /** Finds the series of values in the order of the label names; there must be one for each. */
  findValues(given: readonly unknown[]): Series | undefined {
    const { values } = this;
    for (let i = 0; i < given.length; i++) {
      let value = given[i];
      if (typeof value === 'number') value = String(value);
      else if (typeof value !== 'string') return undefined;
      values[i] = value as string;
    }
    return this.walk(values);
  }

  /** Finds the series of a tuple. */
  get(tuple: LabelTuple): Series | undefined {
    return tuple.length === 0 ? (this.root.get(undefined) as Series | undefined) : this.walk(tuple);
  }

  private walk(values: LabelTuple): Series | undefined {
    const { order } = this;
    let node: unknown = this.root;
    for (let level = 0; level < order.length; level++) {
      node = (node as Level).get(values[order[level] as number]);
      if (node === undefined) return undefined;
    }
    return node as Series;
  }

  /** Files a series under a tuple that has none. */
  set(tuple: LabelTuple, series: Series): void {
    this.file(tuple, series);
    this.size++;
    if (this.size === this.nextReview) this.review();
  }

  private file(tuple: LabelTuple, series: Series): void {
    const { order } = this;
    const last = order.length - 1;
    let node = this.root;
    for (let level = 0; level < last; level++) {
      const value = tuple[order[level] as number];
      let next = node.get(value) as Level | undefined;
      if (next === undefined) {
        next = new Level();
        node.set(value, next);
      }
      node = next;
    }
    node.set(last < 0 ? undefined : tuple[order[last] as number], series);
  }

  /** Puts the labels with the fewest values first, if they are not. */
  private review(): void {
    this.nextReview = this.size < LAST_REVIEW ? this.size * REVIEW_FACTOR : 0;
    if (this.order.length < 2) return;
    const filed: [tuple: LabelTuple, series: Series][] = [];
    const tuple: (string | undefined)[] = [];
    const collect = (node: unknown, level: number): void => {
      const label = this.order[level];
      if (label === undefined) {
        filed.push([[...tuple], node as Series]);
        return;
      }
      for (const [value, next] of (node as Level).entries()) {
        tuple[label] = value;
        collect(next, level + 1);
      }
    };
    collect(this.root, 0);
    const counts = this.labelNames.map((_, i) => new Set(filed.map(([values]) => values[i])).size);
    const order = this.order.toSorted((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0));
    if (order.every((label, level) => label === this.order[level])) return;
    this.order = order;
    this.isInDeclaredOrder = order.every((label, level) => label === level);
    this.root = new Level();
    for (const [values, series] of filed) this.file(values, series);
  }

  /**
   * The tuple of an object of labels; values are turned into strings.
   *
   * @throws Error with prom-client's text where a label was not declared.
   */
  tupleOf(labels: LabelObject): LabelTuple {
    const { labelNames } = this;
    const tuple: (string | undefined)[] = labelNames.map(noValue);
    for (const name in labels) {
      const i = labelNames.indexOf(name);
      if (i === -1) {
        throw new Error(`Added label "${name}" is not included in initial labelset: ${inspect(labelNames)}`);
      }
      const value = labels[name];
      // oxlint-disable-next-line typescript/no-base-to-string -- whatever is given; prom-client's `${value}`
      if (value !== undefined) tuple[i] = typeof value === 'string' ? value : String(value);
    }
    return tuple;
  }
}

function noValue(): undefined {}
