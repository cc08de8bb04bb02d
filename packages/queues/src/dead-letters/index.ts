export {
  type BullmqDeadLetterQueue,
  bullmqDeadLetters,
  type BullmqDeadLettersOptions,
  type BullmqHandle,
  type BullmqJob,
  type BullmqQueue,
} from './bullmq.js';
export { celeryDeadLetters, type CeleryDeadLettersOptions, type CeleryHandle } from './celery.js';
export type { ChangeOptions, DeadLetterReport, DeadLetterTally, LetterName } from './change-dead-letters.js';
export type { DeadLetterBroker, DeadLetterSearch, FoundDeadLetter } from './dead-letter-broker.js';
export type { DeadLetter, DeadLetterOutcome, DeadLetterSelection } from './dead-letter.js';
export {
  type DeadLetterListing,
  deadLetters,
  type DeadLetters,
  type DeadLettersOptions,
  type ReplayOptions,
} from './dead-letters.js';
export { DeadLettersError, type DeadLettersErrorCode } from './dead-letters-error.js';
export {
  graphileWorkerDeadLetters,
  type GraphileWorkerDeadLettersOptions,
  type GraphileWorkerHandle,
} from './graphile-worker.js';
export {
  pgBossDeadLetters,
  type PgBossConnection,
  type PgBossDeadLettersOptions,
  type PgBossHandle,
  type PgBossLike,
  type PgBossSendOptions,
} from './pg-boss.js';
export { listDeadLetters, type ListDeadLettersOptions, type ListHandle } from './lists.js';
