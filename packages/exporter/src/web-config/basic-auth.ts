import { createHmac, randomBytes } from 'node:crypto';

import type { Credentials } from './credentials.js';
import { costOf } from './parse-users.js';
import { createRecentMap } from './recent-map.js';

/** Says whether a password is that of a bcrypt hash. Takes long, by design. */
export type PasswordVerifier = (password: string, hash: string) => Promise<boolean>;

/** Who a client is: `busy` where too many others wait for the same question. */
export type Verdict = 'known' | 'unknown' | 'busy';

/** Checks credentials against the users of the moment. */
export interface BasicAuth {
  check(credentials: Credentials, users: ReadonlyMap<string, string>): Promise<Verdict>;
}

/** As many as the toolkit keeps. */
const REMEMBERED = 100;

/** Beyond these a client would have given up before its turn. */
const MAX_WAITING = 20;

/**
 * Makes the check. What it costs does not tell users from strangers: for an unknown name, and for a user whose hash has a lower
 * cost than another's, hashes that nobody has a password for are compared until the work is that of the highest cost
 * of all. One comparison runs at a time; equal questions share one; answers, of both kinds, are remembered by a keyed hash,
 * never by the password.
 *
 * @param verify - Compares one password with one hash.
 * @param key - Of the keyed hash; random by default.
 */
export function createBasicAuth(verify: PasswordVerifier, key: Buffer = randomBytes(32)): BasicAuth {
  // Apart, so that no number of wrong passwords drives out the right ones.
  const accepted = createRecentMap<true>(REMEMBERED);
  const refused = createRecentMap<true>(REMEMBERED);
  const asked = new Map<string, Promise<boolean>>();
  let last: Promise<unknown> = Promise.resolve();

  async function compare(password: string, hash: string | undefined, highest: number): Promise<boolean> {
    const own = hash === undefined ? highest : (costOf(hash) ?? highest);
    const isRight = await verify(password, hash ?? hashOfNobody(highest));
    // 2^own + (2^own + … + 2^(highest - 1)) is 2^highest.
    for (let cost = own; cost < highest; cost++) await verify(password, hashOfNobody(cost));
    return isRight && hash !== undefined;
  }

  function ask(id: string, password: string, hash: string | undefined, highest: number): Promise<boolean> {
    const answer = last.then(() => compare(password, hash, highest));
    last = answer.catch(() => undefined);
    const settled = answer
      .then((isRight) => {
        (isRight ? accepted : refused).set(id, true);
        return isRight;
      })
      .finally(() => asked.delete(id));
    asked.set(id, settled);
    return settled;
  }

  return {
    async check({ user, password }, users) {
      const hash = users.get(user);
      const highest = Math.max(...Array.from(users.values(), (one) => costOf(one) ?? 0));
      const question = JSON.stringify([user, password, hash ?? '', highest]);
      const id = createHmac('sha256', key).update(question).digest('base64');
      if (accepted.get(id) === true) return 'known';
      if (refused.get(id) === true) return 'unknown';
      const sameQuestion = asked.get(id);
      if (sameQuestion === undefined && asked.size >= MAX_WAITING) return 'busy';
      return (await (sameQuestion ?? ask(id, password, hash, highest))) ? 'known' : 'unknown';
    },
  };
}

/** A well-formed hash of a cost, of no password that anybody knows: comparing with it takes as long as with any. */
function hashOfNobody(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$promshardPromshardPros.nobodyHasThisPasswordNobodyHas`;
}
