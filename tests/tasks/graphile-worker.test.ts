import { jobSpec } from '@promshard/tasks/graphile-worker';
import { makeWorkerUtils } from 'graphile-worker';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { HOSTILE_KINDS } from './hostile-errors.mjs';
import { readFolded } from './read-counts.js';
import { topology } from './topology.mjs';
import { startWorker } from './worker-process.js';

// What the shards say of a run on graphile-worker, beside what its table of jobs says of it. The table forgets a job that
// is done, so a trigger keeps what is deleted from it.

const present = hasTool('postgres');
const KEEP_DELETED = `
  create table deleted_jobs as select * from graphile_worker._private_jobs where false;
  create function keep_deleted() returns trigger language plpgsql as
    $$ begin insert into deleted_jobs select old.*; return old; end $$;
  create trigger keep_deleted before delete on graphile_worker._private_jobs
    for each row execute function keep_deleted();
  create view all_jobs as
    select j.*, t.identifier, true as done from deleted_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    union all
    select j.*, t.identifier, false from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id`;

const server = runPostgres();

async function inTable(what: string, where: string): Promise<number> {
  const { rows } = await server.pool.query<{ n: string | null }>(
    `select ${what} as n from all_jobs where ${where}`,
  );
  return Number(rows[0]?.n ?? 0);
}

describe('graphile-worker', () => {
  test.skipIf(!present)(
    'every count is what the table says, after failures, batches, attempts used up and a killed worker (skipped where PostgreSQL is not installed)',
    async () => {
      const utils = await makeWorkerUtils({ connectionString: server.url });
      onTestFinished(() => utils.release());
      await utils.migrate();
      await server.pool.query(KEEP_DELETED);
      const dir = temporaryDirectory();
      const env = { PROMETHEUS_MULTIPROC_DIR: dir, BROKER_URL: server.url };
      expect(jobSpec(topology, 'fine')).toEqual({ maxAttempts: 2 });
      const send = async (times: number, name: string, payload: object, maxAttempts = 2): Promise<void> => {
        for (let i = 0; i < times; i += 1) await utils.addJob(name, payload, { maxAttempts });
      };

      const first = await startWorker('graphile-worker-main.mjs', env);
      await send(2, 'hanging', {});
      await send(1, 'hanging', { always: true }, 1);
      await first.isAt('hanging', 3);
      await first.kill();
      const { rows } = await server.pool.query<{ locked_by: string }>(
        'select distinct locked_by from graphile_worker._private_jobs where locked_by is not null',
      );
      await utils.forceUnlockWorkers(rows.map((row) => row.locked_by));

      const second = await startWorker('graphile-worker-main.mjs', env);
      await send(40, 'fine', {});
      await send(7, 'flaky', {});
      await send(5, 'broken', {});
      for (const kind of HOSTILE_KINDS) await send(1, 'hostile', { kind });
      await send(1, 'late', [{ fails: 0 }, { fails: 1, kind: 'nothing' }, { fails: 1, kind: 'getters' }]);
      await send(1, 'late', [{ fails: 0 }, { fails: 0 }]);
      // Nobody takes these: no worker has such a task.
      for (const name of ['user-4711@example.com', '__proto__']) await send(1, name, {});
      await vi.waitUntil(
        async () => {
          // The operator does not wait for the time between attempts.
          await server.pool.query(
            `select graphile_worker.reschedule_jobs(array(select id from graphile_worker._private_jobs where run_at > now()), run_at := now())`,
          );
          return (
            (await inTable('count(*)', 'not done and attempts > 0 and attempts < max_attempts')) === 0 &&
            (await inTable('count(*)', 'not done and attempts = 0')) === 2 &&
            (await inTable('count(*)', 'locked_by is not null and not done')) === 0
          );
        },
        { timeout: 50_000, interval: 50 },
      );
      expect(await second.stop()).toBe(0);

      const counts = await readFolded(dir);
      for (const task of topology.taskNames) {
        const labels = { task_name: task };
        const where = `identifier = '${task}' and attempts > 0`;
        const attempts = await inTable('sum(attempts)', where);
        const jobs = await inTable('count(*)', where);
        const done = await inTable('count(*)', `${where} and done`);
        const usedUp = await inTable('count(*)', `${where} and not done and attempts >= max_attempts`);
        // Used up by a worker that was killed: nobody wrote an error.
        const byKill = await inTable(
          'count(*)',
          `${where} and not done and attempts >= max_attempts and last_error is null`,
        );
        expect
          .soft(
            {
              started: counts.of('task_started_total', labels),
              retried: counts.of('task_retried_total', labels),
              success: counts.of('task_success_total', labels),
              failure: counts.of('task_failure_total', labels),
              deadLettered: counts.of('task_dead_lettered_total', labels),
              waits: counts.of('task_wait_seconds_count', labels),
              inProgress: counts.of('tasks_in_progress', labels),
            },
            task,
          )
          .toEqual({
            started: attempts,
            retried: attempts - jobs,
            success: done,
            failure: attempts - done - (task === 'hanging' ? 3 : 0),
            deadLettered: usedUp - byKill,
            waits: jobs,
            inProgress: 0,
          });
      }
      const failures = (task: string, error: string): number =>
        counts.of('task_failure_total', { task_name: task, error_class: error });
      expect(failures('flaky', 'connection')).toBe(7);
      expect(failures('broken', 'defect')).toBe(10);
      expect(failures('hostile', 'not_an_error')).toBe(10);
      expect(failures('hostile', 'error')).toBe(6);
      expect(counts.of('task_failure_total', { task_name: 'late' })).toBe(1);
      expect(counts.valuesOf('task_name')).toEqual([...topology.taskNames]);
    },
  );
});
