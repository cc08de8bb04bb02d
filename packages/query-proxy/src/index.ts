export { createQueryProxy, type QueryProxy, type QueryProxyOptions } from './create-query-proxy.js';
export type { NamedQuery } from './named-query.js';
export { anyOf, duration, number, oneOf, type QueryParameter, text } from './parameter.js';
export type { EnforcedMatcher } from './promql/enforce-matchers.js';
export type { QueryLimits } from './query-limits.js';
export { QueryProxyError } from './query-proxy-error.js';
export type { RefusalCode } from './refusal.js';
