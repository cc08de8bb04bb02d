import type { Fields } from './yaml-fields.js';

/** `$2a$`, `$2b$`, `$2x$`-less variants that bcrypt libraries write, a cost, 22 characters of salt and 31 of hash. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const MIN_COST = 4;
/** In JavaScript each step doubles what is 50 to 150 ms at 10: past 16 a scrape would be over before its password is checked. */
const MAX_COST = 16;

const HASH = {
  expected: `a bcrypt hash of cost ${MIN_COST} to ${MAX_COST}`,
  example: 'prometheus: $2y$10$…',
} as const;

/** Reads `basic_auth_users`: bcrypt hashes by user. */
export function parseUsers(top: Fields): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const [user, hash] of top.entries('basic_auth_users', HASH)) {
    const cost = costOf(hash);
    if (cost === undefined) {
      top.fail('basic_auth_users', `has no bcrypt hash for ${JSON.stringify(user)}`, HASH);
    } else if (cost < MIN_COST || cost > MAX_COST) {
      top.fail('basic_auth_users', `has a hash of cost ${cost} for ${JSON.stringify(user)}`, HASH);
    } else if (user.includes(':')) {
      top.fail('basic_auth_users', 'has a user with a colon, whom basic authentication cannot name', HASH);
    } else users.set(user, hash);
  }
  return users;
}

/** The cost of a bcrypt hash, the binary logarithm of its rounds; undefined for what is none. */
export function costOf(hash: string): number | undefined {
  const digits = BCRYPT.exec(hash)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
