import { setTimeout as sleep } from 'node:timers/promises';

import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';
import { expect, test } from 'vitest';

import { keepQueriesWhole } from './whole-queries.js';

test('queries of many connections stay whole beside the transactions of one', async () => {
  const db = keepQueriesWhole(await PGlite.create());
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 10 });
  await server.start();
  const pool = new pg.Pool({
    connectionString: `postgres://postgres@${server.getServerConn()}/postgres`,
    max: 8,
  });
  try {
    await pool.query('CREATE TABLE kept (number int)');
    const writing = await pool.connect();
    let done = false;
    const asking = Promise.all(
      [1, 2, 3, 4, 5].map(async (number) => {
        let answers = 0;
        for (; !done; answers += 1) {
          const { rows } = await pool.query(`SELECT $1::int + ${number} AS sum`, [answers]);
          expect(rows).toEqual([{ sum: answers + number }]);
        }
        return answers;
      }),
    );
    for (let number = 0; number < 20; number += 1) {
      await writing.query('BEGIN');
      await writing.query('INSERT INTO kept VALUES ($1)', [number]);
      // For so long all the others have to wait.
      await sleep(5);
      await writing.query(number % 2 === 0 ? 'COMMIT' : 'ROLLBACK');
    }
    done = true;
    for (const answers of await asking) expect(answers).toBeGreaterThan(10);
    // One that goes away in the middle holds up nobody.
    await writing.query('BEGIN');
    writing.release(true);
    const { rows } = await pool.query('SELECT count(*)::int AS count FROM kept');
    expect(rows).toEqual([{ count: 10 }]);
  } finally {
    await pool.end();
    await server.stop();
    await db.close();
  }
});
