/** Starts to measure; the result gives the seconds since, as often as it is called. */
export function startStopwatch(): () => number {
  const start = process.hrtime();
  return () => {
    const [seconds, nanoseconds] = process.hrtime(start);
    return seconds + nanoseconds / 1e9;
  };
}

/** Seconds since 1970, the unit of timestamps in shards and of `setToCurrentTime`. */
export function unixSeconds(): number {
  return Date.now() / 1000;
}
