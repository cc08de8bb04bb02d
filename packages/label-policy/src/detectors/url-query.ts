import type { ValueDetector } from './value-detector.js';

/**
 * A question mark behind what a URL is made of, a key, an equals sign: the start of a query. The key is bounded, so
 * an attempt ends after at most 66 characters.
 */
const QUERY =
  /(?<=[0-9A-Za-z_~/.:%)}\]-])(?:\?|%3[Ff])(?:[0-9A-Za-z_.~+[\]$:-]|%(?!3[Dd])[0-9A-Fa-f]{2}){1,64}(?:=|%3[Dd])/;

/** A key without a value is a query only where something before it is surely a URL. */
const URL_WITH_BARE_QUERY = /[a-z]:\/\/[^\s?#]{1,256}\?[^\s?#]/i;

/** URLs and paths with a query. An optional part of a route (`/files/:name?`) and a question are none. */
export const urlQueryDetector: ValueDetector = {
  reason: 'url-query',
  found: (value) => QUERY.test(value) || URL_WITH_BARE_QUERY.test(value),
};
