/** What goes to the thread with a task's data, and how the thread tells how far it came. */
export interface Envelope {
  readonly promshardTask: {
    readonly task: string;
    /** Seconds on the clock that all threads of a process share. */
    readonly enqueuedAt: number;
    readonly ledger: SharedArrayBuffer;
  };
  readonly data: unknown;
}

/** How far a run came: not begun, begun, or its code has ended. */
export type RunState = 'queued' | 'begun' | 'ended';

const STATES: readonly RunState[] = ['queued', 'begun', 'ended'];
const CLASS_AT = 8;
const CLASS_BYTES = 64;

/**
 * What a thread leaves of a run even where it is terminated: how far it came, and the class of its error, which
 * an error loses on its way between threads.
 */
export class RunLedger {
  readonly buffer: SharedArrayBuffer;
  private readonly state: Int32Array;
  private readonly classBytes: Uint8Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(CLASS_AT + CLASS_BYTES)) {
    this.buffer = buffer;
    this.state = new Int32Array(buffer, 0, 1);
    this.classBytes = new Uint8Array(buffer, CLASS_AT, CLASS_BYTES);
  }

  begin(): void {
    Atomics.store(this.state, 0, STATES.indexOf('begun'));
  }

  end(errorClass?: string): void {
    if (errorClass !== undefined)
      this.classBytes.set(Buffer.from(errorClass, 'latin1').subarray(0, CLASS_BYTES));
    Atomics.store(this.state, 0, STATES.indexOf('ended'));
  }

  get reached(): RunState {
    return STATES[Atomics.load(this.state, 0)] ?? 'queued';
  }

  /** The class of the error with which the task's code ended, if it did. */
  get errorClass(): string | undefined {
    const text = Buffer.from(this.classBytes).toString('latin1').replace(/\0+$/, '');
    return text === '' ? undefined : text;
  }
}

/** Seconds on the clock that all threads of a process share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** Whether a thread was given a task by `instrumentPool()`. */
export function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null || !('promshardTask' in value)) return false;
  const { promshardTask: run } = value;
  return (
    typeof run === 'object' && run !== null && 'ledger' in run && run.ledger instanceof SharedArrayBuffer
  );
}

/** The symbols of `Piscina.move()`, which Piscina makes known. */
const TRANSFERABLE = Symbol.for('Piscina.transferable');
const VALUE = Symbol.for('Piscina.valueOf');

/**
 * Data that were given by `Piscina.move()`, as the value and a `transferList`. Piscina unwraps the outermost value only: in an
 * envelope, what `move()` gave would arrive empty.
 */
export function withoutMove<O>(data: unknown, options: O | undefined): [unknown, O | undefined] {
  if (typeof data !== 'object' || data === null || !isMoved(data)) return [data, options];
  const { transferList = [] }: { transferList?: readonly unknown[] } = options ?? {};
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the option that every Piscina has
  return [data[VALUE], { ...options, transferList: [...transferList, data[TRANSFERABLE]] } as O];
}

function isMoved(data: object): data is { readonly [TRANSFERABLE]: unknown; readonly [VALUE]: unknown } {
  // The mark of what went through `move()` is Piscina's own symbol, known by its description alone.
  const isMarked = Object.getOwnPropertySymbols(data).some(
    ({ description }) => description === 'Piscina.kMovable',
  );
  return isMarked && TRANSFERABLE in data && VALUE in data;
}
