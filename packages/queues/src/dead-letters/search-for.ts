import type { DeadLetterSearch } from './dead-letter-broker.js';
import type { DeadLetterSelection } from './dead-letter.js';
import { DeadLettersError } from './dead-letters-error.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 100_000;

/** The search that a selection means. */
export function searchFor(
  { queue, task, ids, limit = ids?.length ?? DEFAULT_LIMIT }: DeadLetterSelection,
  payloads: boolean,
): DeadLetterSearch {
  if (ids?.length === 0) throw invalid('ids has to name at least one dead letter.');
  if (queue === '' || task === '') throw invalid('queue and task have to be names, where they are given.');
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid(`limit has to be a whole number from 1 to ${MAX_LIMIT}, got ${String(limit)}.`);
  return { queue, task, ids: ids && new Set(ids), limit, payloads };
}

function invalid(message: string): DeadLettersError {
  return new DeadLettersError('OPTIONS_INVALID', message);
}
