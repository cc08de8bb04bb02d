import { expect, test } from 'vitest';
import { DirectoryListing, type Listing } from './directory-listing.js';
import { FILE_SYSTEM, type FileSystem } from './file-system.js';

const EXT4 = 0xef53;
const NFS = 0x6969;

/** A directory whose names and time of change are set by hand. */
function directory(type: number) {
  const state = { names: ['b', 'a'], changedAtMs: 0, now: 0, reads: 0 };
  const fileSystem: FileSystem = {
    ...FILE_SYSTEM,
    list: async () => {
      state.reads++;
      return state.names;
    },
    stamp: () => ({ text: `${state.changedAtMs}`, changedAtMs: state.changedAtMs }),
    typeOf: () => type,
  };
  const listing = new DirectoryListing('/x', fileSystem, () => state.now);
  return { state, read: async () => (await listing.read()) as Listing };
}

test('names are read again only where the time of change is another', async () => {
  const { state, read } = directory(EXT4);
  state.now = 5000;
  const first = await read();
  expect(first.names).toEqual(['a', 'b']);
  expect((await read()).names).toBe(first.names);
  expect((await read()).version).toBe(first.version);
  state.changedAtMs = 5001;
  state.names = ['c'];
  const second = await read();
  expect(second.names).toEqual(['c']);
  expect(second.version).not.toBe(first.version);
});

test('a time of change that was just now is not relied on: there may be more changes of that time', async () => {
  const { state, read } = directory(EXT4);
  state.changedAtMs = 5000;
  state.now = 5900;
  await read();
  state.names = ['c'];
  expect((await read()).names).toEqual(['c']);
  state.now = 6100;
  await read();
  await read();
  expect(state.reads).toBe(3);
});

test('a time of change in the future is not relied on', async () => {
  const { state, read } = directory(EXT4);
  state.changedAtMs = 1e6;
  await read();
  await read();
  expect(state.reads).toBe(2);
});

test('names of a network file system are read each time', async () => {
  const { state, read } = directory(NFS);
  state.now = 5000;
  await read();
  await read();
  expect(state.reads).toBe(2);
});

test('after ten minutes the names are read again all the same, and where the clock went back that far', async () => {
  const { state, read } = directory(EXT4);
  state.now = 10_000_000;
  await read();
  state.now += 600_000;
  await read();
  state.now -= 600_000;
  await read();
  expect(state.reads).toBe(3);
});

test('names that a file system gives twice, as tmpfs does while files are removed, are there once', async () => {
  const { state, read } = directory(EXT4);
  state.names = ['c', 'b', 'a', 'c', 'a'];
  expect((await read()).names).toEqual(['a', 'b', 'c']);
});
