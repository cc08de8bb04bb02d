import { EventEmitter } from 'node:events';

import { expect, test } from 'vitest';

import { createUnreadAnswers } from './unread-answers.js';

/** What of a response is looked at here. */
class Answer extends EventEmitter {
  writableFinished = false;
  destroyed = false;
  readonly socket = { bytesWritten: 0, writableLength: 0 };

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function watchAll(max: number): { watch: (answer: Answer) => void; later: () => void } {
  let now = 0;
  const unread = createUnreadAnswers(max, 1000, () => now);
  return {
    watch: (answer) => unread.watch(answer, 1000),
    later: () => (now += 10),
  };
}

test('one too many cuts off the answer that has got no further for longest', () => {
  const { watch, later } = watchAll(2);
  const [reading, stalled, next, last] = [new Answer(), new Answer(), new Answer(), new Answer()];
  watch(reading);
  later();
  watch(stalled);
  later();
  reading.socket.bytesWritten = 1;
  watch(next);
  expect([reading, stalled, next].map(({ destroyed }) => destroyed)).toEqual([false, true, false]);
  later();
  next.socket.bytesWritten = 1;
  watch(last);
  expect(reading.destroyed).toBe(true);
  for (const answer of [next, last]) answer.destroy();
});

test('answers that are read make room', () => {
  const { watch } = watchAll(1);
  const [read, next] = [new Answer(), new Answer()];
  watch(read);
  read.emit('finish');
  watch(next);
  expect([read.destroyed, next.destroyed]).toEqual([false, false]);
  next.destroy();
});
