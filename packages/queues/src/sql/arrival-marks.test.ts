import { describe, expect, it } from 'vitest';

import { ArrivalMarks } from './arrival-marks.js';

describe('arrival marks', () => {
  it('say when an id was seen first', () => {
    const marks = new ArrivalMarks();
    for (const [id, at] of [
      [10, 100],
      [10, 105],
      [12, 110],
      [11, 115],
      [30, 120],
    ] as const)
      marks.note(id, at);
    expect([9, 10, 11, 12, 13, 30, 31].map((id) => marks.arrivalOf(id))).toEqual([
      100,
      100,
      110,
      110,
      120,
      120,
      undefined,
    ]);
    marks.forgetBelow(12);
    expect([10, 12, 13].map((id) => marks.arrivalOf(id))).toEqual([110, 110, 120]);
    marks.clear();
    expect(marks.arrivalOf(1)).toBeUndefined();
  });

  it('are never too early, and stay few, over a month of readings', () => {
    const marks = new ArrivalMarks();
    const readings = 500_000;
    for (let at = 1; at <= readings; at += 1) marks.note(at * 3, at);
    for (const age of [0, 10, 500, 10_000, 400_000]) {
      const at = readings - age;
      const said = marks.arrivalOf(at * 3)!;
      expect(said).toBeGreaterThanOrEqual(at);
      if (age <= 500) expect(said).toBe(at);
    }
    expect(marks.size).toBeLessThanOrEqual(1024);
  });
});
