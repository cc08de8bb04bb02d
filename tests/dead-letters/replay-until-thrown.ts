import type {
  DeadLetterReport,
  DeadLetters,
  DeadLetterSelection,
  ReplayOptions,
} from '@promshard/queues/dead-letters';

/** What the caller's function throws. */
export const THROWN = new Error('the log is full');

/** Replays with an `onOutcome` that throws at the second letter. */
export function replayUntilThrown(
  letters: DeadLetters,
  selection: DeadLetterSelection,
  options: ReplayOptions = {},
): { readonly told: readonly string[]; readonly replaying: Promise<DeadLetterReport> } {
  const told: string[] = [];
  const replaying = letters.replay(selection, {
    ...options,
    onOutcome: (_, { kind }) => {
      told.push(kind);
      if (told.length === 2) throw THROWN;
    },
  });
  return { told, replaying };
}
