import {
  bullmqDeadLetters,
  celeryDeadLetters,
  deadLetters,
  graphileWorkerDeadLetters,
  listDeadLetters,
  pgBossDeadLetters,
} from '@promshard/queues/dead-letters';

// Replays or drops one letter, and dies by SIGKILL at a step: `node killed-change.mjs BROKER URL replay|drop QUEUE TO STEP`.
// Step 2.5 is when the second request is on its way and its answer is not here yet; 3 is before the third is sent.
const [broker, url, action, queue, to, stepText] = process.argv.slice(2);
const step = Number(stepText);

let sent = 0;
function diesAt(run) {
  return async (...args) => {
    sent += 1;
    if (sent === step) process.kill(process.pid, 'SIGKILL');
    const answer = run(...args);
    // Long enough for the request to leave, too short to be sure of its answer.
    if (sent + 0.5 === step) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    return answer;
  };
}

async function openPool() {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url });
  const query = pool.query.bind(pool);
  const connect = pool.connect.bind(pool);
  return {
    pool,
    counted: {
      totalCount: 0,
      // Finding them is no step.
      query,
      async connect() {
        const connection = await connect();
        return {
          query: diesAt((text, values) => connection.query(text, values)),
          release: (destroy) => connection.release(destroy),
        };
      },
    },
  };
}

async function open() {
  switch (broker) {
    case 'pg-boss': {
      const { pool, counted } = await openPool();
      const { default: PgBoss } = await import('pg-boss');
      const boss = new PgBoss({
        db: { executeSql: (text, values) => pool.query(text, values) },
        migrate: false,
        supervise: false,
        schedule: false,
      });
      await boss.start();
      return pgBossDeadLetters({ boss, pool: counted });
    }
    case 'graphile-worker':
    case 'celery': {
      const { pool } = await openPool();
      const query = diesAt((text, values) => pool.query(text, values));
      // The first is to find them.
      const sql = { query };
      return broker === 'celery'
        ? celeryDeadLetters({ sql, names: [queue] })
        : graphileWorkerDeadLetters({ sql });
    }
    case 'bullmq': {
      const [{ Queue }, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
      const connection = new Redis(url);
      const from = new Queue(queue, { connection });
      const target = to === '' ? undefined : new Queue(to, { connection });
      const spied = {
        name: queue,
        getJobs: async (...args) => (await from.getJobs(...args)).map(spyOn),
        getJob: async (id) => spyOn(await from.getJob(id)),
        add: (...args) => from.add(...args),
      };
      return bullmqDeadLetters(
        target === undefined
          ? { queues: [spied] }
          : {
              deadLetterQueues: [
                { queue: spied, to: { ...spied, name: to, add: diesAt((...args) => target.add(...args)) } },
              ],
            },
      );
    }
    case 'redis': {
      const { Redis } = await import('ioredis');
      const redis = new Redis(url);
      return listDeadLetters({ redis: { call: diesAt((...args) => redis.call(...args)) }, names: [queue] });
    }
    default:
      throw new Error(`no broker ${broker}`);
  }
}

function spyOn(job) {
  return (
    job && {
      ...job,
      name: job.name,
      getState: () => job.getState(),
      retry: diesAt((...args) => job.retry(...args)),
      remove: diesAt((...args) => job.remove(...args)),
    }
  );
}

const letters = deadLetters(await open());
const selection = { queue, limit: 1 };
const report = await (action === 'drop'
  ? letters.drop(selection)
  : letters.replay(selection, to === '' ? {} : { to }));
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
