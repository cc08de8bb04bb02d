export { keyedHash, type KeyedHashOptions } from './keyed-hash.js';
