import { isStateSetMode, STATE_SET_MODES } from '@promshard/shard-format';

import { WriterError } from './writer-error.js';

/** The label that tells states apart has the metric's name, and label names have no colons. */
const LABEL_NAME = /^(?!__|pid$)[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Checks what a state set is declared with.
 *
 * @throws {@link WriterError} `STATES_INVALID` where there are no states, one is there twice, the mode is none, or the name
 *   cannot be a label's.
 */
export function checkStates(name: string, states: unknown, mode: string): void {
  if (!LABEL_NAME.test(name)) {
    throw invalid(
      name,
      'has a name that cannot be a label name, which its states need; expected letters, digits and _, and not pid',
    );
  }
  if (!Array.isArray(states) || states.length === 0 || !states.every((state) => typeof state === 'string')) {
    throw invalid(name, "needs its states: states: ['idle', 'busy']");
  }
  if (new Set(states).size !== states.length) throw invalid(name, 'has a state twice');
  if (!isStateSetMode(mode)) {
    throw invalid(name, `has an unknown multiprocessMode; expected ${STATE_SET_MODES.join(', ')}`);
  }
}

function invalid(name: string, what: string): WriterError {
  return new WriterError('STATES_INVALID', `State set ${name} ${what}.`);
}
