export type { Check, CheckResult } from './check.js';
export {
  type Aspect,
  createHealth,
  type Health,
  type HealthOptions,
  type HealthReport,
} from './create-health.js';
export { HealthOptionsError } from './health-options-error.js';
export { HealthError } from './reason.js';
export {
  jobRoundTrip,
  type JobRoundTrip,
  keyRoundTrip,
  type KeyStore,
  type RoundTripOptions,
} from './round-trips.js';
