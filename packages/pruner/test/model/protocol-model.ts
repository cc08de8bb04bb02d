/**
 * The fold protocol as a state machine, small enough to visit every state that it can reach. docs/fold-protocol.md
 * says what is assumed and what each step stands for.
 *
 * File names: `w<i>` is the shard of writer i, `g<n>` the folded shard of generation n, `x<n>` the spare pointer.
 */

/** The fold pointer. */
export interface Pointer {
  readonly generation: number;
  readonly files: readonly string[];
  readonly superseded: readonly string[];
  /** Differs between two makings of one generation, between which a pruner has died. */
  readonly making: number;
}

interface Writer {
  readonly isAlive: boolean;
  /** What it has counted. */
  readonly value: number;
}

/** What a pruner has still to do; each is one step that happens whole or not at all. */
type Action =
  | { readonly do: 'look' | 'release' }
  | { readonly do: 'judge'; readonly previous: Pointer | undefined }
  | { readonly do: 'remove'; readonly name: string }
  | { readonly do: 'make'; readonly name: string; readonly parts: readonly string[] }
  | { readonly do: 'spare' | 'point'; readonly pointer: Pointer };

/** How far a reader is. `least` is what had been counted when it began. */
type Reader =
  | { readonly at: 'pointer' }
  | ({ readonly at: 'list' | 'spare' | 'files'; readonly before: Slot; readonly least: readonly number[] } & {
      readonly names: readonly string[];
      /** The spare copy that stands in for the pointer, as it was when it was read. */
      readonly copy: Pointer | null;
      readonly todo: readonly string[];
      readonly seen: readonly number[];
    });

/** What `folded.json` is. */
type Slot = Pointer | 'absent' | 'damaged';

/** Everything that can differ. A folded shard is what it holds of each writer. */
export interface State {
  readonly writers: readonly Writer[];
  readonly files: Readonly<Record<string, readonly number[]>>;
  readonly spares: Readonly<Record<string, Pointer>>;
  readonly pointer: Slot;
  readonly holder: number | null;
  readonly pruners: readonly (readonly Action[])[];
  readonly reader: Reader;
  readonly crashes: number;
  readonly damages: number;
}

/** The protocol, step by step as it is; a test breaks one of them. */
export interface Protocol {
  readonly isLocked: boolean;
  readonly foldsOnlyTheDead: boolean;
  readonly saysWhatItSupersedes: boolean;
  readonly pointsBeforeItRemoves: boolean;
  readonly sparesBeforeItPoints: boolean;
  readonly removesOldSparesFirst: boolean;
  readonly removesBeforeItForgets: boolean;
  readonly takesTheLatestSpare: boolean;
  readonly tellsMakingsApart: boolean;
  readonly looksAtThePointerTwice: boolean;
  readonly looksAtTheSpareTwice: boolean;
}

export const PROTOCOL: Protocol = {
  isLocked: true,
  foldsOnlyTheDead: true,
  saysWhatItSupersedes: true,
  pointsBeforeItRemoves: true,
  sparesBeforeItPoints: true,
  removesOldSparesFirst: true,
  removesBeforeItForgets: true,
  takesTheLatestSpare: true,
  tellsMakingsApart: true,
  looksAtThePointerTwice: true,
  looksAtTheSpareTwice: true,
};

/** How much may happen: with more, there are more states and nothing new. */
export interface Bounds {
  readonly writers: readonly { readonly value: number; readonly isAlive: boolean }[];
  readonly mostCounted: number;
  readonly crashes: number;
  readonly damages: number;
}

export function initial({ writers }: Bounds): State {
  return {
    writers,
    files: Object.fromEntries(writers.map(({ value }, i) => [`w${i}`, unit(writers.length, i, value)])),
    spares: {},
    pointer: 'absent',
    holder: null,
    pruners: [[], []],
    reader: { at: 'pointer' },
    crashes: 0,
    damages: 0,
  };
}

/** What is wrong with a state, or with the step that led there; undefined where nothing is. */
export interface Step {
  readonly what: string;
  readonly state: State;
  readonly violation?: string;
}

/** Every step that can come next. */
export function steps(state: State, protocol: Protocol, bounds: Bounds): Step[] {
  return [
    ...writerSteps(state, bounds),
    ...state.pruners.flatMap((_, i) => prunerSteps(state, i, protocol, bounds)),
    ...readerSteps(state, protocol),
    ...damageSteps(state, bounds),
  ];
}

/** What holds in every state: whoever reads now, in one go, sees each count once. */
export function wrongNow(state: State, protocol: Protocol): string | undefined {
  const names = namesOf(state);
  const pointer = choose(state.pointer, spareOf(state, protocol), names);
  if (pointer === 'unknown') return 'nobody can tell which folded shards count';
  const seen = names.filter((name) => counts(name, pointer)).map((name) => contentOf(state, name));
  const sum = state.writers.map((_, i) => seen.reduce((total, content) => total + (content[i] ?? 0), 0));
  const wrong = state.writers.findIndex(({ value }, i) => sum[i] !== value);
  if (wrong === -1) return undefined;
  return `writer ${wrong} counted ${state.writers[wrong]?.value}, and ${sum[wrong]} can be read`;
}

function writerSteps(state: State, { mostCounted }: Bounds): Step[] {
  return state.writers.flatMap((writer, i): Step[] => {
    if (!writer.isAlive) return [];
    const die = { ...state, writers: state.writers.with(i, { ...writer, isAlive: false }) };
    if (writer.value >= mostCounted) return [{ what: `writer ${i} dies`, state: die }];
    const value = writer.value + 1;
    // A store to a mapping: it goes on where the file has no name any more.
    const files =
      `w${i}` in state.files
        ? { ...state.files, [`w${i}`]: unit(state.writers.length, i, value) }
        : state.files;
    const count = { ...state, files, writers: state.writers.with(i, { ...writer, value }) };
    return [
      { what: `writer ${i} dies`, state: die },
      { what: `writer ${i} counts`, state: count },
    ];
  });
}

function prunerSteps(state: State, i: number, protocol: Protocol, bounds: Bounds): Step[] {
  const [action, ...rest] = state.pruners[i] ?? [];
  if (action === undefined) {
    if (protocol.isLocked && state.holder !== null) return [];
    return [{ what: `pruner ${i} locks`, state: withActions(state, i, [{ do: 'look' }], { holder: i }) }];
  }
  const crash: Step[] =
    state.crashes < bounds.crashes
      ? [
          {
            what: `pruner ${i} dies`,
            state: withActions(state, i, [], { crashes: state.crashes + 1, holder: released(state, i) }),
          },
        ]
      : [];
  return [...act(state, i, action, rest, protocol), ...crash];
}

function act(state: State, i: number, action: Action, rest: readonly Action[], protocol: Protocol): Step[] {
  const go = (what: string, next: readonly Action[], change: Partial<State> = {}): Step => ({
    what: `pruner ${i} ${what}`,
    state: withActions(state, i, next, change),
  });
  switch (action.do) {
    case 'release':
      return [go('lets go', [], { holder: released(state, i) })];
    case 'look': {
      const next = look(state, protocol);
      return [go('looks', next)];
    }
    case 'judge':
      return judge(state, action.previous, protocol).map((next) => go('judges', next));
    case 'remove':
      return [go(`removes ${action.name}`, rest, without(state, action.name))];
    case 'make': {
      // By link: a name that is taken stops the run.
      if (action.name in state.files) return [go('gives up', [{ do: 'release' }])];
      const contents = action.parts.map((name) => contentOf(state, name));
      const content = state.writers.map((_, w) => contents.reduce((sum, part) => sum + (part[w] ?? 0), 0));
      return [go(`makes ${action.name}`, rest, { files: { ...state.files, [action.name]: content } })];
    }
    case 'spare': {
      const spares = { ...state.spares, [`x${action.pointer.generation}`]: action.pointer };
      return [go(`spares ${action.pointer.generation}`, rest, { spares })];
    }
    case 'point':
      return [go(`points to ${action.pointer.generation}`, rest, { pointer: action.pointer })];
  }
}

/** Mends the pointer where it is damaged, or clears away what an earlier run left. */
function look(state: State, protocol: Protocol): Action[] {
  const names = namesOf(state);
  const found = choose(state.pointer, spareOf(state, protocol), names);
  if (found === 'unknown') return [{ do: 'release' }];
  if (found !== undefined && found !== state.pointer) {
    return [{ do: 'point', pointer: found }, { do: 'look' }];
  }
  const own = `x${found?.generation ?? 0}`;
  const stale = [
    ...Object.keys(state.spares).filter((name) => name !== own),
    ...names.filter((name) => isFolded(name) && !(found?.files.includes(name) ?? false)),
    ...names.filter((name) => !isFolded(name) && (found?.superseded.includes(name) ?? false)),
  ];
  const again: Action[] = found === undefined || own in state.spares ? [] : [{ do: 'spare', pointer: found }];
  return [
    ...again,
    ...stale.map((name): Action => ({ do: 'remove', name })),
    { do: 'judge', previous: found },
  ];
}

/** Folds all dead writers, merging any number of the newest layers; the first generation is empty. */
function judge(state: State, previous: Pointer | undefined, protocol: Protocol): Action[][] {
  if (previous === undefined) {
    const { pointer, actions } = commit(undefined, [], [], state, protocol);
    return [[...actions, { do: 'judge', previous: pointer }]];
  }
  const dead = state.writers.flatMap(({ isAlive }, w) => {
    const isThere = `w${w}` in state.files && !previous.superseded.includes(`w${w}`);
    return isThere && (!isAlive || !protocol.foldsOnlyTheDead) ? [`w${w}`] : [];
  });
  if (dead.length === 0) return [[{ do: 'release' }]];
  const layers = previous.files.toSorted((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  return layers
    .concat('')
    .map((_, merged) => [
      ...commit(previous, dead, layers.slice(0, merged), state, protocol).actions,
      { do: 'release' },
    ]);
}

function commit(
  previous: Pointer | undefined,
  dead: readonly string[],
  merged: readonly string[],
  { crashes }: State,
  protocol: Protocol,
): { pointer: Pointer; actions: Action[] } {
  const generation = (previous?.generation ?? 0) + 1;
  const gone = [...dead, ...merged];
  const pointer: Pointer = {
    generation,
    files: [...(previous?.files ?? []).filter((name) => !merged.includes(name)), `g${generation}`],
    superseded: protocol.saysWhatItSupersedes ? gone : [],
    making: protocol.tellsMakingsApart ? crashes : 0,
  };
  const make: Action = { do: 'make', name: `g${generation}`, parts: gone };
  const point: Action = { do: 'point', pointer };
  const spare: Action = { do: 'spare', pointer };
  const removeSpare: Action[] = previous === undefined ? [] : [{ do: 'remove', name: `x${generation - 1}` }];
  const removals = gone.map((name): Action => ({ do: 'remove', name }));
  const cleaning = protocol.removesOldSparesFirst
    ? [...removeSpare, ...removals]
    : [...removals, ...removeSpare];
  // The files are gone: the pointer, of the same generation, forgets their names.
  const shorter = { ...pointer, superseded: [] };
  const forget: Action[] =
    gone.length === 0
      ? []
      : [
          { do: 'spare', pointer: shorter },
          { do: 'point', pointer: shorter },
        ];
  if (!protocol.pointsBeforeItRemoves)
    return { pointer, actions: [make, spare, ...cleaning, point, ...forget] };
  if (!protocol.sparesBeforeItPoints)
    return { pointer, actions: [make, point, ...cleaning, spare, ...forget] };
  if (!protocol.removesBeforeItForgets)
    return { pointer, actions: [make, spare, point, ...forget, ...cleaning] };
  return { pointer, actions: [make, spare, point, ...cleaning, ...forget] };
}

function readerSteps(state: State, protocol: Protocol): Step[] {
  const { reader } = state;
  const go = (what: string, next: Reader, violation?: string): Step[] => [
    {
      what: `the reader ${what}`,
      state: { ...state, reader: next },
      ...(violation === undefined ? {} : { violation }),
    },
  ];
  const again: Reader = { at: 'pointer' };
  if (reader.at === 'pointer') {
    const least = state.writers.map(({ value }) => value);
    const none = { names: [], copy: null, todo: [], seen: state.writers.map(() => 0) };
    return go('looks at the pointer', { at: 'list', before: state.pointer, least, ...none });
  }
  if (reader.at === 'list') {
    const names = [...namesOf(state), ...Object.keys(state.spares)];
    if (typeof reader.before === 'string') return go('lists', { ...reader, at: 'spare', names });
    return go('lists', { ...reader, at: 'files', todo: chosen(names, reader.before) });
  }
  if (reader.at === 'spare') {
    const name = latest(reader.names, protocol);
    const spare = name === undefined ? undefined : state.spares[name];
    const pointer = choose(reader.before, spare, reader.names);
    if (pointer === 'unknown' || (name !== undefined && spare === undefined)) return go('starts over', again);
    return go('takes the spare copy', {
      ...reader,
      at: 'files',
      names: [],
      copy: pointer ?? null,
      todo: chosen(reader.names, pointer),
    });
  }
  const [name, ...todo] = reader.todo;
  if (name !== undefined) {
    if (!(name in state.files)) return go('finds a file gone', again);
    const content = contentOf(state, name);
    return go(`reads ${name}`, {
      ...reader,
      todo,
      seen: reader.seen.map((sum, w) => sum + (content[w] ?? 0)),
    });
  }
  const isSame = areEqual(state.pointer, reader.before);
  if (protocol.looksAtThePointerTwice && !isSame) return go('starts over', again);
  const { copy } = reader;
  const isCopySame = copy === null || areEqual(state.spares[`x${copy.generation}`], copy);
  if (protocol.looksAtTheSpareTwice && !isCopySame) return go('starts over', again);
  const wrong = state.writers.findIndex(
    ({ value }, w) => (reader.seen[w] ?? 0) < (reader.least[w] ?? 0) || (reader.seen[w] ?? 0) > value,
  );
  const violation = wrong === -1 ? undefined : `the reader shows ${reader.seen[wrong]} of writer ${wrong}`;
  return go('is done', again, violation);
}

function damageSteps(state: State, { damages }: Bounds): Step[] {
  if (state.damages >= damages || typeof state.pointer === 'string') return [];
  return (['damaged', 'absent'] as const).map((pointer) => ({
    what: `the pointer is ${pointer}`,
    state: { ...state, pointer, damages: state.damages + 1 },
  }));
}

/** The pointer, or the spare copy in its stead; undefined where nothing was folded yet. */
function choose(
  slot: Slot,
  spare: Pointer | undefined,
  names: readonly string[],
): Pointer | undefined | 'unknown' {
  if (typeof slot !== 'string') return slot;
  if (spare !== undefined && spare.files.every((name) => names.includes(name))) return spare;
  const isFirst = spare === undefined || spare.generation === 1;
  const isFresh = isFirst && !names.some((name) => isFolded(name) && name !== 'g1');
  return slot === 'absent' && isFresh ? undefined : 'unknown';
}

function spareOf({ spares }: State, protocol: Protocol): Pointer | undefined {
  const name = latest(Object.keys(spares), protocol);
  return name === undefined ? undefined : spares[name];
}

function latest(names: readonly string[], { takesTheLatestSpare }: Protocol): string | undefined {
  const spares = names.filter((name) => name.startsWith('x')).toSorted();
  return takesTheLatestSpare ? spares.at(-1) : spares[0];
}

function chosen(names: readonly string[], pointer: Pointer | undefined): string[] {
  return names.filter((name) => !name.startsWith('x') && counts(name, pointer)).toSorted();
}

function counts(name: string, pointer: Pointer | undefined): boolean {
  if (isFolded(name)) return pointer?.files.includes(name) ?? false;
  return !(pointer?.superseded.includes(name) ?? false);
}

function isFolded(name: string): boolean {
  return name.startsWith('g');
}

function namesOf({ files }: State): string[] {
  return Object.keys(files).toSorted();
}

function contentOf({ files }: State, name: string): readonly number[] {
  return files[name] ?? [];
}

function without(state: State, name: string): Partial<State> {
  const { [name]: _file, ...files } = state.files;
  const { [name]: _spare, ...spares } = state.spares;
  return { files, spares };
}

function areEqual(a: Slot | undefined, b: Slot): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function withActions(state: State, i: number, actions: readonly Action[], change: Partial<State>): State {
  return { ...state, ...change, pruners: state.pruners.with(i, actions) };
}

function released({ holder }: State, i: number): number | null {
  return holder === i ? null : holder;
}

function unit(length: number, index: number, value: number): number[] {
  return Array.from({ length }, (_, i) => (i === index ? value : 0));
}
