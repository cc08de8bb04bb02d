/** The broker's address. */
export function redisUrl(env: NodeJS.ProcessEnv): string {
  const url = env['REDIS_URL'];
  if (!url) throw new Error('REDIS_URL must be the redis:// URL of the broker; it is not set.');
  return url;
}
