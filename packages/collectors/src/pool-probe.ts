import type { Deadline } from './deadline.js';
import type { Attempt } from './prober.js';

/** What is used of a connection that a pool lends. */
export interface PoolConnection {
  query(text: string): PromiseLike<unknown>;
  /** Gives it back; with `true`, it is closed and not used again. */
  release(destroy?: boolean): void;
  on?(event: 'error', listener: () => void): unknown;
  removeListener?(event: 'error', listener: () => void): unknown;
}

/** What is used of a pool of Postgres connections: `pg`'s `Pool` has it. */
export interface PostgresPool {
  /** Connections there are, those that are being made included. */
  readonly totalCount: number;
  readonly idleCount: number;
  /** Requests that wait for a connection. */
  readonly waitingCount: number;
  readonly options?: { readonly max?: number };
  connect(): PromiseLike<PoolConnection>;
}

/** Makes a probe that asks a pool's database for something, and never makes things worse where the pool is in need. */
export function poolProbe(current: () => PostgresPool | undefined): Attempt {
  /** Pools with a connection that was asked for and has not come: as long as it is out, no other is opened. */
  const opening = new WeakSet<PostgresPool>();

  async function connect(pool: PostgresPool): Promise<PoolConnection> {
    opening.add(pool);
    try {
      return await pool.connect();
    } finally {
      opening.delete(pool);
    }
  }

  return async (deadline) => {
    const began = performance.now();
    let free: PostgresPool | undefined;
    const isFree = (): boolean => {
      const pool = current();
      free = pool !== undefined && canBeHad(pool, opening.has(pool)) ? pool : undefined;
      return free !== undefined;
    };
    if (!(await deadline.until(isFree)) || free === undefined) return whyNot(current(), opening);
    const pool: PostgresPool = free;

    const connecting = connect(pool);
    const lent = await deadline.within(() => connecting);
    if (lent.kind === 'late') {
      // Whenever it comes, it goes back to the pool.
      connecting.then(
        (connection) => giveBack(connection, false),
        () => {},
      );
      return 'timeout';
    }
    if (lent.kind === 'failed') return 'failure';
    return ask(lent.value, deadline, began);
  };
}

async function ask(connection: PoolConnection, deadline: Deadline, began: number): ReturnType<Attempt> {
  const answer = await deadline.within(() => {
    // A connection that breaks while it is lent emits an error, which would end the process.
    connection.on?.('error', ignore);
    return connection.query('select 1');
  });
  giveBack(connection, answer.kind !== 'done');
  if (answer.kind === 'done') return { latencySeconds: (performance.now() - began) / 1000 };
  return answer.kind === 'late' ? 'timeout' : 'failure';
}

function canBeHad(pool: PostgresPool, isOpening: boolean): boolean {
  const { totalCount, idleCount, waitingCount } = pool;
  if (waitingCount > 0) return false;
  return idleCount > 0 || (!isOpening && totalCount < (pool.options?.max ?? Infinity));
}

function whyNot(
  pool: PostgresPool | undefined,
  opening: WeakSet<PostgresPool>,
): 'disconnected' | 'timeout' | 'exhausted' {
  if (pool === undefined) return 'disconnected';
  return opening.has(pool) ? 'timeout' : 'exhausted';
}

function giveBack(connection: PoolConnection, destroy: boolean): void {
  try {
    // One that is closed may break yet.
    if (!destroy) connection.removeListener?.('error', ignore);
    connection.release(destroy);
  } catch {
    // It is not there to be given back.
  }
}

function ignore(): void {}
