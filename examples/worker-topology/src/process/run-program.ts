import { ConfigError, CONFIG_EXIT_CODE } from '@promshard/config';

import type { ProgramMessage, ReadyDetails, TopologyEvent } from './messages.js';

/** What a started process hands to {@link runProgram}. */
export interface RunningProgram {
  readonly details: ReadyDetails;
  /** Finishes what is in hand and lets go of everything. */
  stop(): Promise<void>;
  /** Settles if the process can no longer do its work by itself. */
  readonly failed?: Promise<never>;
}

/** A process that cannot finish what it has in hand within this time ends all the same. */
const STOP_DEADLINE_MS = 8_000;

/**
 * The life of every process of the topology: start, say so, and stop on SIGTERM, or when the process that
 * forked it is gone, however that one died.
 */
export async function runProgram(name: string, start: () => Promise<RunningProgram>): Promise<void> {
  try {
    const stopRequest = whenAskedToStop();
    const program = await start();
    sendMessage({ type: 'ready', details: program.details });
    if (!process.connected) console.log(`${name} is ready`, program.details.url ?? '');

    await Promise.race([stopRequest, ...(program.failed ? [program.failed] : [])]);
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    await program.stop();
    process.exit(0);
  } catch (error) {
    if (error instanceof ConfigError) {
      console.error(`${name}: ${error.message}`);
      process.exit(CONFIG_EXIT_CODE);
    }
    console.error(`${name}:`, error);
    process.exit(1);
  }
}

/** Tells the process that forked this one what happened; nobody, if it was started by hand. */
export function reportEvent(event: TopologyEvent): void {
  sendMessage({ type: 'event', event });
}

function sendMessage(message: ProgramMessage): void {
  // The channel may close at any moment; 'disconnect' tells, so the error has nothing to add.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function whenAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    const forked = process.connected;
    process.on('SIGTERM', () => resolve());
    process.on('disconnect', () => resolve());
    // Ctrl-C reaches every process at once. A forked one leaves it to the process that forked it, which
    // stops all in the right order: the broker, say, after those that still have a job to report.
    process.on('SIGINT', () => forked || resolve());
  });
}
