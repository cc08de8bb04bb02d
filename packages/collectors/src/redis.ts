import { checkName } from './check-options.js';
import type { Collector } from './collector.js';
import { type CurrentClient, currentClient } from './current-client.js';
import type { Deadline } from './deadline.js';
import { checkOptionNames } from './option-names.js';
import { probeFamilies, probeSamples } from './probe-families.js';
import { type Attempt, Prober } from './prober.js';

/** What is used of a client of Redis: both ioredis's and node-redis's have it. */
export interface RedisClient {
  ping(): PromiseLike<unknown>;
  /** Of ioredis: `ready` where commands are sent and not kept for later. */
  readonly status?: string;
  /** Of node-redis: the same. */
  readonly isReady?: boolean;
}

/** How a Redis is shown. */
export interface RedisOptions {
  /** The value of the label `name`: what you call it, such as `cache`. */
  readonly name: string;
}

const FAMILIES = probeFamilies('redis', 'Redis', 'PING');

/** So many commands may be out without an answer: a cluster's client has more than one connection to send them by. */
const MAX_STUCK = 3;

/**
 * Tells whether a Redis answers, and how fast, by a `PING` through the application's own client. What a client without a
 * connection would keep for later is not sent.
 *
 * @throws CollectorsError for a name that cannot be.
 */
export function redis(client: CurrentClient<RedisClient>, options: RedisOptions): Collector {
  checkOptionNames('redis()', options, { name: true });
  const { name } = options;
  checkName('redis', name);
  return {
    kind: 'redis',
    name,
    families: Object.values(FAMILIES),
    start(times) {
      const results = ['success', 'failure', 'timeout', 'disconnected'] as const;
      const prober = new Prober(pinging(client), results, times);
      return { read: () => probeSamples(FAMILIES, name, prober), stop: () => prober.stop() };
    },
  };
}

function pinging(client: CurrentClient<RedisClient>): Attempt {
  const stuck = new WeakMap<RedisClient, number>();
  const count = (of: RedisClient, change: number): void => {
    stuck.set(of, (stuck.get(of) ?? 0) + change);
  };

  async function ping(of: RedisClient): Promise<void> {
    count(of, 1);
    try {
      await of.ping();
    } finally {
      count(of, -1);
    }
  }

  return async (deadline: Deadline) => {
    let ready: RedisClient | undefined;
    const isReady = (): boolean => {
      const found = currentClient(client);
      ready = found !== undefined && takesCommands(found) ? found : undefined;
      return ready !== undefined;
    };
    if (!(await deadline.until(isReady)) || ready === undefined) return 'disconnected';
    const found: RedisClient = ready;
    if ((stuck.get(found) ?? 0) >= MAX_STUCK) return 'timeout';
    const began = performance.now();
    const ending = await deadline.within(() => ping(found));
    if (ending.kind === 'done') return { latencySeconds: (performance.now() - began) / 1000 };
    return ending.kind === 'late' ? 'timeout' : 'failure';
  };
}

/** An ioredis client that `wait`s connects with its first command. */
function takesCommands({ status, isReady }: RedisClient): boolean {
  if (typeof isReady === 'boolean') return isReady;
  return status === undefined || status === 'ready' || status === 'wait';
}
