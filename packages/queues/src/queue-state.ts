/**
 * What a message is doing, in one vocabulary for all brokers: the values of the label `state`.
 *
 * - `ready`: a worker could take it now
 * - `scheduled`: for later, by delay or between two attempts
 * - `active`: a worker has it
 * - `blocked`: waits for other messages
 * - `paused`: would be ready, but the queue is paused
 * - `invisible`: was delivered, and nobody can say whether it was worked off (Celery on SQL)
 * - `completed`, `failed`, `cancelled`: over, and kept by the broker
 */
export type QueueState = (typeof QUEUE_STATES)[number];

export const QUEUE_STATES = [
  'ready',
  'scheduled',
  'active',
  'blocked',
  'paused',
  'invisible',
  'completed',
  'failed',
  'cancelled',
] as const;

/** Says whether a text is one of the states. */
export function isQueueState(text: string): text is QueueState {
  return (QUEUE_STATES as readonly string[]).includes(text);
}
