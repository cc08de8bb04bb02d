import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';

import { loadViews, type FileCheck, type FileEntries, type FileView, type Sums } from '../src/views.js';
import { addonIsAbsent, loadedViews } from './addon.js';
import { runFixture } from './run-fixture.js';
import { scratchFile } from './scratch.js';

const NOTHING: FileCheck = {
  firstWord: undefined,
  places: new Int32Array(0),
  words: new Int32Array(0),
};

function sumsOf(slots: number): Sums {
  return {
    values: new Float64Array(slots),
    remainders: new Float64Array(slots),
    isFed: new Uint8Array(slots),
  };
}

/** The entries at these indexes, each for a slot of its own. */
function entriesAt(indexes: readonly number[], removed?: number): FileEntries {
  return {
    from: 0,
    to: indexes.length,
    indexes: Int32Array.from(indexes),
    slots: Int32Array.from(indexes.keys()),
    removed,
  };
}

/** A file of float64 values, open for both, and a view of it. */
function viewOf(
  values: readonly number[],
  bytes = 8 * values.length,
): { fd: number; path: string; view: FileView } {
  const { fd, path } = scratchFile();
  writeSync(fd, Float64Array.from(values));
  const view = loadedViews().viewFile(fd, bytes);
  onTestFinished(() => loadedViews().closeView(view));
  return { fd, path, view };
}

describe.skipIf(addonIsAbsent)('values of a view (skipped where the addon is not compiled)', () => {
  test('are added to the sums of their slots', () => {
    const { view } = viewOf([0, 1, 2, 4, 8]);
    const sums = sumsOf(3);
    const entries = { ...entriesAt([1, 2, 3, 4]), slots: Int32Array.of(0, 2, 0, 2) };
    expect(loadedViews().addValues(view, NOTHING, entries, sums)).toBe('added');
    expect([...sums.values]).toEqual([5, 0, 10]);
    expect([...sums.isFed]).toEqual([1, 0, 1]);
    expect(loadedViews().addValues(view, NOTHING, { ...entries, from: 3, to: 4 }, sums)).toBe('added');
    expect([...sums.values]).toEqual([5, 0, 18]);
  });

  test('are those that the file has now', () => {
    const { fd, view } = viewOf([1]);
    const sums = sumsOf(1);
    writeSync(fd, Float64Array.of(41), 0, 8, 0);
    expect(loadedViews().addValues(view, NOTHING, entriesAt([0]), sums)).toBe('added');
    expect(sums.values[0]).toBe(41);
  });

  test('are passed over where the number that says so stands behind them', () => {
    const { view } = viewOf([1, -1, 2, 0, 4, Number.NaN, 8, -2]);
    const sums = sumsOf(4);
    expect(loadedViews().addValues(view, NOTHING, entriesAt([0, 2, 4, 6], -1), sums)).toBe('added');
    expect([...sums.values]).toEqual([0, 2, 4, 8]);
    expect([...sums.isFed]).toEqual([0, 1, 1, 1]);
  });

  test('lose nothing to rounding: a sum and its remainder are those that JavaScript adds up', () => {
    const any = fc.oneof(
      fc.double(),
      fc.constantFrom(0.1, 1e16, -1e16, Infinity, -Infinity, Number.NaN, -0, 5e-324),
    );
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 50 }), (values) => {
        const { view } = viewOf(values);
        const sums = sumsOf(1);
        const entries = { ...entriesAt([...values.keys()]), slots: new Int32Array(values.length) };
        expect(loadedViews().addValues(view, NOTHING, entries, sums)).toBe('added');
        let [sum, lost] = [0, 0];
        for (const value of values) {
          const before = sum;
          sum = before + value;
          const added = sum - before;
          lost += before - (sum - added) + (value - added);
        }
        expect(Object.is(sums.values[0], sum)).toBe(true);
        expect(Object.is(sums.remainders[0], lost)).toBe(true);
        loadedViews().closeView(view);
      }),
    );
  });

  test('are not added where the file is not what it has to be', () => {
    const { view } = viewOf([0, 7]);
    const words = new Int32Array(Float64Array.of(7, 8).buffer);
    const sums = sumsOf(1);
    const add = (check: Partial<FileCheck>) =>
      loadedViews().addValues(view, { ...NOTHING, words, ...check }, entriesAt([1]), sums);
    expect(add({ firstWord: 1 })).toBe('other-first-word');
    expect(add({ places: Int32Array.of(2, 2, 2) })).toBe('changed');
    expect(sums.isFed[0]).toBe(0);
    expect(add({ firstWord: 0, places: Int32Array.of(2, 0, 2) })).toBe('added');
    // A run of no words is the end.
    expect(add({ places: Int32Array.of(2, 0, 2, 0, 0, 0, 2, 2, 2) })).toBe('added');
    expect(sums.values[0]).toBe(14);
  });

  test('may come in pages that the file gets later', () => {
    const { fd, view } = viewOf([1], 1 << 20);
    const sums = sumsOf(1);
    expect(loadedViews().addValues(view, NOTHING, entriesAt([100_000]), sums)).toBe('cut-short');
    writeSync(fd, Float64Array.of(3), 0, 8, 800_000);
    expect(loadedViews().addValues(view, NOTHING, entriesAt([100_000]), sums)).toBe('added');
    expect(sums.values[0]).toBe(3);
  });
});

describe.skipIf(addonIsAbsent)('a file that is shortened (skipped where the addon is not compiled)', () => {
  test('ends the addition, not the process', () => {
    const { fd, view } = viewOf(Array.from({ length: 4096 }, () => 1));
    const sums = sumsOf(4096);
    ftruncateSync(fd, 4096);
    const all = entriesAt([...Array(4096).keys()]);
    expect(loadedViews().addValues(view, NOTHING, all, sums)).toBe('cut-short');
    expect([sums.values[511], sums.values[512]]).toEqual([1, 0]);
    ftruncateSync(fd, 0);
    const check = { ...NOTHING, firstWord: 0 };
    expect(loadedViews().addValues(view, check, all, sums)).toBe('changed');
  });

  test('may be so at any moment, in two threads', async () => {
    const bytes = 1 << 20;
    const { fd, path } = scratchFile();
    ftruncateSync(fd, bytes);
    const script = new URL('./fixtures/shortened.js', import.meta.url);
    const threads = [0, 1].map(() => new Worker(script, { workerData: { path, bytes, milliseconds: 500 } }));
    const reports = Promise.all(threads.map((thread) => once(thread, 'message')));
    let isDone = false;
    void reports.finally(() => (isDone = true));
    while (!isDone) {
      for (let i = 0; i < 20; i++) {
        ftruncateSync(fd, 4096 * i);
        ftruncateSync(fd, bytes);
      }
      await pause(1);
    }
    for (const [counts] of (await reports) as [Record<string, number>][]) {
      expect(Object.keys(counts).toSorted()).toEqual(['added', 'cut-short']);
    }
  });
});

describe.skipIf(addonIsAbsent)('a SIGBUS of other cause (skipped where the addon is not compiled)', () => {
  test('ends the process as ever', async () => {
    const { path } = scratchFile();
    const ended = await runFixture('foreign-sigbus', [path, 'store']);
    expect(ended).toMatchObject({ signal: 'SIGBUS', stdout: 'cut-short\n' });
  });

  test('that a process sent while values are added goes to whoever listens for it', async () => {
    const { path } = scratchFile();
    const child = fork(fileURLToPath(new URL('./fixtures/foreign-sigbus.js', import.meta.url)), [
      path,
      'signal',
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const next = async (): Promise<unknown> => (await once(child, 'message'))[0];
    expect(await next()).toBe('ready');
    for (let sent = 0; sent < 50; sent++) {
      const caught = next();
      child.kill('SIGBUS');
      expect(await caught).toBe('caught');
    }
    const report = next();
    child.send('done');
    expect(await report).toEqual(['added']);
  });
});

describe.skipIf(addonIsAbsent)('a view (skipped where the addon is not compiled)', () => {
  test('is of an addon that cannot change a file', () => {
    const { status } = loadViews();
    const { path } = status as Extract<typeof status, { kind: 'loaded' }>;
    expect(Object.keys(createRequire(import.meta.url)(path))).toEqual(['viewFile', 'closeView', 'addValues']);
  });

  test('needs a descriptor for reading only, and no longer than it takes to make it', () => {
    const { path } = viewOf([1, 2]);
    const fd = openSync(path, 'r');
    const view = loadedViews().viewFile(fd, 16);
    closeSync(fd);
    const sums = sumsOf(2);
    expect(loadedViews().addValues(view, NOTHING, entriesAt([0, 1]), sums)).toBe('added');
    expect([...sums.values]).toEqual([1, 2]);
    loadedViews().closeView(view);
  });

  test('that is closed has no values, and closing again does nothing', () => {
    const { view } = viewOf([1]);
    loadedViews().closeView(view);
    loadedViews().closeView(view);
    expect(() => loadedViews().addValues(view, NOTHING, entriesAt([0]), sumsOf(1))).toThrow(RangeError);
  });

  test.skipIf(process.platform !== 'linux')('leaves nothing behind once closed (Linux only)', () => {
    const { fd, path, view } = viewOf([1]);
    expect(readFileSync('/proc/self/maps', 'utf8')).toContain(path);
    for (let cycle = 0; cycle < 1000; cycle++) loadedViews().closeView(loadedViews().viewFile(fd, 4096));
    loadedViews().closeView(view);
    expect(readFileSync('/proc/self/maps', 'utf8')).not.toContain(path);
  });

  test.skipIf(process.platform !== 'linux')('goes when it is collected (Linux only)', async () => {
    const { fd, path } = scratchFile();
    writeSync(fd, Float64Array.of(1));
    const ended = await runFixture('collected-view', [path], ['--expose-gc']);
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(JSON.parse(ended.stdout)).toEqual({ before: true, after: false });
  });

  test.each([
    ['an index behind the view', entriesAt([2])],
    ['a negative index', entriesAt([-1])],
    ['an index whose second number is behind the view', entriesAt([1], -1)],
    ['a slot behind the sums', { ...entriesAt([0]), slots: Int32Array.of(1) }],
    ['a negative slot', { ...entriesAt([0]), slots: Int32Array.of(-1) }],
    ['an end behind the entries', { ...entriesAt([0]), to: 2 }],
    ['an end behind the slots', { ...entriesAt([0]), slots: new Int32Array(0) }],
    ['a negative end', { ...entriesAt([0]), to: -1 }],
  ])('has no values for %s', (_, entries) => {
    const { view } = viewOf([1, 2]);
    const sums = sumsOf(1);
    expect(() => loadedViews().addValues(view, NOTHING, entries, sums)).toThrow(RangeError);
    expect(sums.isFed[0]).toBe(0);
  });

  test.each([
    ['behind the file', [4, 0, 1]],
    ['behind the file at their end', [3, 0, 2]],
    ['before the file', [-1, 0, 1]],
    ['behind the words', [0, 2, 1]],
    ['before the words', [0, -1, 1]],
    ['of a negative number', [0, 0, -1]],
    ['of two numbers', [0, 0]],
  ])('cannot be checked at places %s', (_, places) => {
    const { view } = viewOf([0, 0]);
    const check = { firstWord: undefined, places: Int32Array.from(places), words: new Int32Array(2) };
    expect(() => loadedViews().addValues(view, check, entriesAt([0]), sumsOf(1))).toThrow(RangeError);
  });

  test('has sums, remainders and marks of one length', () => {
    const { view } = viewOf([1]);
    const add = (sums: Partial<Sums>) =>
      loadedViews().addValues(view, NOTHING, entriesAt([0]), { ...sumsOf(1), ...sums });
    expect(() => add({ remainders: new Float64Array(0) })).toThrow(RangeError);
    expect(() => add({ isFed: new Uint8Array(2) })).toThrow(RangeError);
  });

  test.each<unknown>([undefined, null, 1, '', {}, new ArrayBuffer(8)])('is nothing else: %o', (value) => {
    const other = value as FileView;
    expect(() => loadedViews().closeView(other)).toThrow(TypeError);
    expect(() => loadedViews().addValues(other, NOTHING, entriesAt([0]), sumsOf(1))).toThrow(TypeError);
  });

  test('takes typed arrays of the right kinds only', () => {
    const { view } = viewOf([1]);
    const wrong = new Uint16Array(1) as unknown;
    const entries = { ...entriesAt([0]), indexes: wrong as Int32Array };
    expect(() => loadedViews().addValues(view, NOTHING, entries, sumsOf(1))).toThrow(TypeError);
    const sums = { ...sumsOf(1), values: wrong as Float64Array };
    expect(() => loadedViews().addValues(view, NOTHING, entriesAt([0]), sums)).toThrow(TypeError);
    const check = { ...NOTHING, places: wrong as Int32Array };
    expect(() => loadedViews().addValues(view, check, entriesAt([0]), sumsOf(1))).toThrow(TypeError);
  });

  test('of a closed descriptor is refused as node:fs would', () => {
    expect(() => loadedViews().viewFile(2 ** 30, 4096)).toThrow(
      expect.objectContaining({ name: 'NativeError', code: 'EBADF', syscall: 'mmap' }),
    );
  });

  test.each([0, -1, 0.5, Number.NaN])('of %s bytes is refused', (bytes) => {
    const { fd } = scratchFile();
    expect(() => loadedViews().viewFile(fd, bytes)).toThrow(RangeError);
  });
});
