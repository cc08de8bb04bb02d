import { hashSync } from 'bcryptjs';
import { describe, expect, test } from 'vitest';

import { verifyHere } from '../password-verifier.js';
import { createBasicAuth, type PasswordVerifier } from './basic-auth.js';
import { parseCredentials } from './credentials.js';
import { costOf } from './parse-users.js';

const SALT = 'abcdefghijklmnopqrstuu0123456789012345678901234567890';
const hashOfCost = (cost: string): string => `$2b$${cost}$${SALT.slice(0, 53)}`;

/** Counts rounds instead of making them; only `right` is the password of a real user's hash. */
function counting(): { verify: PasswordVerifier; rounds: () => number } {
  let rounds = 0;
  return {
    verify: async (password, hash) => {
      rounds += 2 ** (costOf(hash) ?? 0);
      return password === 'right' && hash.endsWith(SALT.slice(0, 53));
    },
    rounds: () => rounds,
  };
}

describe('the work of a refusal', () => {
  const users = new Map([
    ['alice', hashOfCost('10')],
    ['bob', hashOfCost('12')],
    ['carol', hashOfCost('04')],
  ]);

  test.each(['alice', 'bob', 'carol', 'stranger', '', '__proto__'])(
    'is the same for %j as for everybody: 2^12 rounds',
    async (user) => {
      const { verify, rounds } = counting();
      const auth = createBasicAuth(verify);
      expect(await auth.check({ user, password: 'wrong' }, users)).toBe('unknown');
      expect(rounds()).toBe(2 ** 12);
    },
  );

  test('is that of an acceptance too', async () => {
    for (const user of users.keys()) {
      const { verify, rounds } = counting();
      expect(await createBasicAuth(verify).check({ user, password: 'right' }, users)).toBe('known');
      expect(rounds()).toBe(2 ** 12);
    }
  });

  test('takes about as long for strangers as for users, with real hashes', async () => {
    const real = new Map([['alice', hashSync('secret', 8)]]);
    const measure = async (user: string): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 15; round++) {
        const auth = createBasicAuth(verifyHere);
        const start = performance.now();
        await auth.check({ user, password: `wrong${round}` }, real);
        times.push(performance.now() - start);
      }
      return times.toSorted((a, b) => a - b)[7] ?? 0;
    };
    const [known, stranger] = [await measure('alice'), await measure('stranger')];
    console.log(
      `median of a refusal at cost 8: user ${known.toFixed(2)} ms, stranger ${stranger.toFixed(2)} ms`,
    );
    // A figure to read; what is asserted are the rounds above.
    expect(Math.min(known, stranger)).toBeGreaterThan(0);
  });
});

describe('an answer', () => {
  const users = new Map([['alice', hashOfCost('10')]]);

  test('is remembered, a right one and a wrong one, until the hash changes', async () => {
    const { verify, rounds } = counting();
    const auth = createBasicAuth(verify);
    for (let round = 0; round < 5; round++) {
      expect(await auth.check({ user: 'alice', password: 'right' }, users)).toBe('known');
      expect(await auth.check({ user: 'alice', password: 'wrong' }, users)).toBe('unknown');
    }
    expect(rounds()).toBe(2 * 2 ** 10);
    const changed = new Map([['alice', hashOfCost('11')]]);
    expect(await auth.check({ user: 'alice', password: 'right' }, changed)).toBe('known');
    expect(await auth.check({ user: 'alice', password: 'right' }, new Map([['bob', hashOfCost('10')]]))).toBe(
      'unknown',
    );
  });

  test('to a right password is not driven out by wrong ones', async () => {
    const { verify, rounds } = counting();
    const auth = createBasicAuth(verify);
    await auth.check({ user: 'alice', password: 'right' }, users);
    for (let wrong = 0; wrong < 1000; wrong++)
      await auth.check({ user: 'alice', password: `${wrong}` }, users);
    const before = rounds();
    expect(await auth.check({ user: 'alice', password: 'right' }, users)).toBe('known');
    expect(rounds()).toBe(before);
  });

  test('to equal questions is one, and beyond twenty others there is none', async () => {
    let asked = 0;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const auth = createBasicAuth(async () => {
      asked += 1;
      await held;
      return false;
    });
    const same = Array.from({ length: 50 }, () => auth.check({ user: 'alice', password: 'x' }, users));
    const others = Array.from({ length: 30 }, (_, n) =>
      auth.check({ user: 'alice', password: `${n}` }, users),
    );
    release();
    expect(new Set(await Promise.all(same))).toEqual(new Set(['unknown']));
    const verdicts = await Promise.all(others);
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(11);
    expect(asked).toBe(20);
  });
});

test.each([
  ['Basic YTpi', { user: 'a', password: 'b' }],
  ['basic YTpiOmM=', { user: 'a', password: 'b:c' }],
  ['Basic Og==', { user: '', password: '' }],
  ['Basic YQ==', undefined],
  ['Basic', undefined],
  ['Bearer YTpi', undefined],
  ['Basic YT pi', undefined],
  [undefined, undefined],
])('the header %j holds %j', (header, credentials) => {
  expect(parseCredentials(header)).toEqual(credentials);
});
