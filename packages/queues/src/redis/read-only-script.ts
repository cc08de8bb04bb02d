import { type RedisClient, sendRedis } from '../redis-client.js';

/** Whether a server lacks the command that runs a script without letting it write; Redis has it from 7.0 on. */
const lacksReadOnly = new WeakSet<RedisClient>();

/**
 * Runs a script that reads, as one command, so that its numbers are of one moment. Redis refuses writes in it from 7.0 on; an older
 * server runs it as any script, which in this package writes nothing either.
 */
export async function readOnlyScript(
  redis: RedisClient,
  script: string,
  keys: readonly string[],
  values: readonly string[] = [],
): Promise<unknown> {
  const rest = [script, `${keys.length}`, ...keys, ...values];
  if (!lacksReadOnly.has(redis)) {
    try {
      return await sendRedis(redis, 'EVAL_RO', ...rest);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('ERR unknown command'))) throw error;
      lacksReadOnly.add(redis);
    }
  }
  return sendRedis(redis, 'EVAL', ...rest);
}
