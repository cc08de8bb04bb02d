import { ShardSet } from './shard-set.js';
import { WriterError } from './writer-error.js';

/** Raised when `ShardSet`, `Shard` or `OpenStore` change so that a copy of another release cannot use them. */
const PROTOCOL = 1;

const DEFAULT_SET = Symbol.for('promshard.store');

interface Holder {
  readonly protocol: number;
  readonly set: ShardSet;
}

/**
 * The set in which this thread's metrics count unless they name a store. It is kept on the global object, so that a
 * second copy of the library (another version in node_modules, a bundle) joins the first instead of splitting the
 * process in two.
 *
 * @throws {@link WriterError} `STORE_INCOMPATIBLE` where the first copy speaks another protocol.
 */
export function defaultSet(): ShardSet {
  const scope = globalThis as { [DEFAULT_SET]?: Holder };
  const holder = (scope[DEFAULT_SET] ??= { protocol: PROTOCOL, set: new ShardSet() });
  if (holder.protocol !== PROTOCOL) {
    throw new WriterError(
      'STORE_INCOMPATIBLE',
      `Two copies of @promshard/writer are loaded whose stores do not fit: this one speaks protocol ${PROTOCOL}, ` +
        `the one that was loaded first ${holder.protocol}. Install one version for the whole application ` +
        '(npm ls @promshard/writer shows who brings them).',
    );
  }
  return holder.set;
}
