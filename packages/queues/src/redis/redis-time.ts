/** The answer to `TIME` as unix seconds: two texts, seconds and microseconds. */
export function redisTime(answer: unknown): number {
  const [seconds, microseconds] = answer as readonly [string, string];
  return Number(seconds) + Number(microseconds) / 1e6;
}
