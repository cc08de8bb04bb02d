import type { Family } from './family.js';
import { seededRandom } from './random.js';
import { objectId, longNumber, ulid, uuid } from './identifiers.js';
import { cardNumber, iban } from './money.js';
import { ip, mac, urlQuery } from './network.js';
import { email, homePath, phone } from './people.js';
import { highEntropy, tokens } from './secrets.js';
import { timestamp } from './time.js';
import { ordinary } from './words.js';

/** One family for each detector. */
export const FAMILIES: readonly Family[] = [
  uuid,
  email,
  tokens,
  urlQuery,
  homePath,
  iban,
  cardNumber,
  mac,
  ip,
  ulid,
  objectId,
  timestamp,
  phone,
  longNumber,
  highEntropy,
];

/** Ordinary label values, on which no detector should say anything. */
export function ordinaryValues(): readonly string[] {
  const random = seededRandom(16);
  const values = new Set<string>();
  while (values.size < 1000) values.add(ordinary(random));
  return [...values];
}
