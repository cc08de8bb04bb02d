import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { RedisClient } from '../redis-client.js';
import type { SqlPool } from '../sql-client.js';
import type { BullmqQueue } from './bullmq.js';
import { DeadLettersError } from './dead-letters-error.js';
import type { PgBossLike } from './pg-boss.js';

/** What is used of the package `pg`. */
export interface PgDriver {
  readonly Pool: new (options: {
    connectionString: string;
    max: number;
    connectionTimeoutMillis: number;
    application_name: string;
  }) => SqlPool & { end(): Promise<void>; on(event: 'error', listener: () => void): unknown };
}

/** What is used of a `PgBoss`, and of its constructor. */
export type PgBossDriver = new (options: {
  db: { executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };
  schema: string;
  migrate: false;
  supervise: false;
  schedule: false;
}) => PgBossLike & {
  start(): Promise<unknown>;
  stop(options: { graceful: false; close: false }): Promise<unknown>;
  on(event: 'error', listener: () => void): unknown;
};

/** A connection of `ioredis`. */
export type IoredisConnection = RedisClient & {
  connect(): Promise<void>;
  disconnect(): void;
  on(event: 'error', listener: () => void): unknown;
};

/** What is used of the package `ioredis`. */
export interface IoredisDriver {
  readonly Redis: new (
    url: string,
    options: {
      lazyConnect: true;
      connectTimeout: number;
      maxRetriesPerRequest: number | null;
      retryStrategy: () => null;
    },
  ) => IoredisConnection;
}

/** What is used of the package `bullmq`. */
export interface BullmqDriver {
  readonly Queue: new (
    name: string,
    options: { connection: IoredisConnection; prefix?: string; skipMetasUpdate: true },
  ) => BullmqQueue & {
    close(): Promise<void>;
    on(event: 'error', listener: () => void): unknown;
  };
}

/** The drivers of a project: each call loads one, or throws a {@link DeadLettersError} with `DRIVER_MISSING`. */
export interface Drivers {
  pg(): PgDriver;
  pgBoss(): PgBossDriver;
  ioredis(): IoredisDriver;
  bullmq(): BullmqDriver;
}

/**
 * The drivers that the project in a folder has installed: its own, in its own versions, as none comes with this package.
 * `pg` is also taken from `pg-boss`, which brings it along.
 */
export function driversOf(folder: string): Drivers {
  const base = join(folder, 'package.json');
  return {
    pg: () =>
      load('pg', () => {
        try {
          return createRequire(base)('pg') as PgDriver;
        } catch (error) {
          if (!isMissing(error)) throw error;
          return createRequire(createRequire(base).resolve('pg-boss'))('pg') as PgDriver;
        }
      }),
    pgBoss: () => {
      const loaded = load(
        'pg-boss',
        () => createRequire(base)('pg-boss') as PgBossDriver | { PgBoss: PgBossDriver },
      );
      // The class itself in version 10, a named export since.
      return 'PgBoss' in loaded ? loaded.PgBoss : loaded;
    },
    ioredis: () => load('ioredis', () => createRequire(base)('ioredis') as IoredisDriver),
    bullmq: () => load('bullmq', () => createRequire(base)('bullmq') as BullmqDriver),
  };
}

function load<Driver>(name: string, from: () => Driver): Driver {
  try {
    return from();
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new DeadLettersError(
      'DRIVER_MISSING',
      `${name} is not installed where this runs. Run it in the folder of the project whose jobs these are, or install ${name} there.`,
      { cause: error },
    );
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}
