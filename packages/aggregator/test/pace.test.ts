import { encodeShard, shardFileName, shardId } from '@promshard/shard-format';
import { expect, test } from 'vitest';
import { chooseShards } from '../src/choose-shards.js';
import { ShardDirectory } from '../src/directory.js';
import { FILE_SYSTEM, type FileSystem } from '../src/file-system.js';
import { Pace } from '../src/pace.js';
import { ShardReader } from '../src/shard-reader.js';
import { jobs, makeDirectory } from './shard-directory.js';

/** A pace whose time is always up, so that it rests wherever it can, and that notes what was done in between. */
class RestlessPace extends Pace {
  /** The most of each kind of work between two rests. */
  readonly most = { bytes: 0, files: 0 };
  rests = 0;
  #now = { bytes: 0, files: 0 };

  constructor() {
    super(0);
  }

  worked(bytes: number): void {
    this.#now.bytes += bytes;
    this.#now.files++;
    this.most.bytes = Math.max(this.most.bytes, this.#now.bytes);
    this.most.files = Math.max(this.most.files, this.#now.files);
  }

  override async rest(): Promise<void> {
    this.rests++;
    this.#now = { bytes: 0, files: 0 };
    await super.rest();
  }
}

const LIMITS = { maxShardBytes: 2 ** 28, maxFiles: 1000, maxBytes: 2 ** 29, maxSeries: 1_000_000 };

test('between two chances to rest lies a bounded amount of work, however large a shard or a family is', async () => {
  const directory = makeDirectory();
  const large = Array.from({ length: 40_000 }, (_, i) => jobs(1, { kind: `${'x'.repeat(60)}${i}` }));
  const id = (pid: number) => shardId({ pid, nonce: '0123456789abcdef' });
  directory.writeBytes(shardFileName({ kind: 'counter' }, id(1)), encodeShard(large));
  for (let pid = 2; pid < 40; pid++)
    directory.write(shardFileName({ kind: 'counter' }, id(pid)), large.slice(0, 50));
  let pace = new RestlessPace();
  const fileSystem: FileSystem = {
    ...FILE_SYSTEM,
    read(...call) {
      const length = FILE_SYSTEM.read(...call);
      pace.worked(typeof length === 'number' ? length : 0);
      return length;
    },
  };
  const shards = new ShardDirectory(directory.dir, 100, undefined, fileSystem);
  const reader = new ShardReader(shards, LIMITS, undefined);
  for (const state of ['cold', 'warm']) {
    pace = new RestlessPace();
    const listing = await shards.list();
    if (listing.kind !== 'listed') throw new Error(listing.errno);
    const chosen = chooseShards(listing.names, undefined).shards;
    const pass = await reader.pass(chosen, listing, new Map(), pace);
    expect(pass).toMatchObject({ good: 39, entries: 41_900 });
    expect(pass.bytesRead).toBeGreaterThan(4_000_000);
    // A piece of a large shard, or a small one as a whole, and the first look at the next.
    expect(pace.most.bytes, state).toBeLessThan(2 * 256 * 1024 + 10_000);
    expect(pace.most.files, state).toBeLessThan(4);
    const before = pace.rests;
    for (const { family, help } of reader.settle(chosen).families) {
      expect((await family.snapshot(help, pace))?.samples).toHaveLength(40_000);
    }
    // A rest for each 512 series, and when they are new, some for each run of the sort.
    expect(pace.rests - before, state).toBeGreaterThanOrEqual(40_000 / 512);
    // A rest for each 512 keys that are learned.
    if (state === 'cold') expect(before).toBeGreaterThanOrEqual(40_000 / 512);
  }
  shards.files.close();
});
