import { cardNumberDetector } from './card-number.js';
import { emailDetector } from './email.js';
import { highEntropyDetector } from './high-entropy.js';
import { homePathDetector } from './home-path.js';
import { ibanDetector } from './iban.js';
import { ipAddressDetector } from './ip-address.js';
import { longNumberDetector } from './long-number.js';
import { macAddressDetector } from './mac-address.js';
import { objectIdDetector } from './object-id.js';
import { phoneDetector } from './phone.js';
import { timestampDetector } from './timestamp.js';
import { tokenDetector } from './token.js';
import { ulidDetector } from './ulid.js';
import { urlQueryDetector } from './url-query.js';
import { uuidDetector } from './uuid.js';
import type { ValueDetector } from './value-detector.js';

/**
 * Every detector, in the order in which they are asked; the first that finds something names the reason. The exact
 * ones come first: a card number is a long number too, and a session's token has high entropy.
 */
export const VALUE_DETECTORS: readonly ValueDetector[] = [
  uuidDetector,
  emailDetector,
  tokenDetector,
  urlQueryDetector,
  homePathDetector,
  ibanDetector,
  cardNumberDetector,
  macAddressDetector,
  ipAddressDetector,
  ulidDetector,
  objectIdDetector,
  timestampDetector,
  phoneDetector,
  longNumberDetector,
  highEntropyDetector,
];
