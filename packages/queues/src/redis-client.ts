/** Who sends commands to Redis or Valkey: a client of `ioredis`, or one of `redis` (node-redis). The caller opens and closes it. */
export type RedisClient =
  | { call(command: string, ...args: string[]): Promise<unknown> }
  | { sendCommand(args: string[]): Promise<unknown> };

/** Sends one command. Rejects as the client does: on an error reply, or when the connection is lost. */
export async function sendRedis(redis: RedisClient, command: string, ...args: string[]): Promise<unknown> {
  // First, since a client of `ioredis` has a `sendCommand` too, which takes something else.
  return 'call' in redis ? redis.call(command, ...args) : redis.sendCommand([command, ...args]);
}
