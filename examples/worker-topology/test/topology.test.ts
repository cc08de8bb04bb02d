import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { standardPolicy } from '@promshard/label-policy';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { sendJobs } from '../src/demo/send-jobs.js';
import { scrape, total } from '../src/demo/scrape.js';
import { waitUntil } from '../src/demo/wait-until.js';
import { hasRecovered, livingWorkers } from '../src/demo/worker-log.js';
import { QUEUE_TTL_MS, startTopology, type Topology } from '../src/deployment/start-topology.js';
import type { TopologyEvent } from '../src/process/messages.js';
import { listDeadLetters, replayDeadLetters } from '../src/demo/replay-dead-letters.js';
import { DEAD_LETTER_QUEUE, type TaskName } from '../src/topology.js';
import { listeningSockets } from './listening-sockets.js';
import { queryBroker } from './broker-query.js';

const onLinux = process.platform === 'linux';

let root: string;
let filesRoot: string;
let topology: Topology;
const events: TopologyEvent[] = [];

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'worker-topology-'));
  const multiprocDir = await makeDirectory('shards');
  filesRoot = await makeDirectory('files');
  for (let index = 0; index < 10; index += 1) {
    await writeFile(path.join(filesRoot, `${index}.txt`), `line ${index}\n`.repeat(10_000));
  }
  topology = await startTopology({
    programs: new URL('../dist/', import.meta.url),
    multiprocDir,
    filesRoot,
    workerCount: 2,
    databaseUrl: process.env['DATABASE_URL'],
    onEvent: (event) => void events.push(event),
  });
});

afterAll(async () => {
  await topology?.stop();
  await rm(root, { recursive: true, force: true });
});

async function makeDirectory(name: string): Promise<string> {
  return mkdtemp(path.join(root, `${name}-`));
}

/** One sample of a task, as the exporter has it. */
async function taskTotal(sampleName: string, task: TaskName): Promise<number> {
  return total(await scrape(topology.exporterUrl), sampleName, (labels) => labels['task_name'] === task);
}

/** Jobs by queue and state, as SQL says; where none waits for its time, what waits is ready. */
async function jobsInBroker(): Promise<Record<string, number>> {
  const rows = await queryBroker<{ name: string; state: string; count: string }>(
    topology.broker,
    (schema) => `SELECT name, CASE WHEN state < 'active' THEN 'ready' ELSE state::text END AS state, count(*)
      FROM ${schema}.job WHERE name NOT LIKE '\\_\\_pgboss%' GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  return Object.fromEntries(rows.map(({ name, state, count }) => [`${name} ${state}`, Number(count)]));
}

/** Dead letters, as the API's gauge says once the reading is younger than the jobs. */
async function deadLetters(): Promise<number> {
  await sleep(2 * QUEUE_TTL_MS);
  return total(await scrape(topology.apiUrl), 'queue_dead_letter_depth');
}

/** Whether the broker knows how each job ended, and so do the counters: a worker counts when the broker has heard of it. */
async function allJobsEnded(): Promise<boolean> {
  const states = Object.keys(await jobsInBroker()).filter((key) => !key.startsWith(DEAD_LETTER_QUEUE));
  if (!states.every((key) => key.endsWith(' completed') || key.endsWith(' failed'))) return false;
  const tasks = await scrape(topology.exporterUrl);
  const ended = total(tasks, 'task_success_total') + total(tasks, 'task_failure_total');
  return total(tasks, 'task_started_total') === ended;
}

/** What a health path answers. */
async function health(aspect: string): Promise<{ code: number; status: string }> {
  const response = await fetch(`${topology.apiUrl}/health/${aspect}`);
  return { code: response.status, status: ((await response.json()) as { status: string }).status };
}

test('a task’s metric delta appears on the exporter', async () => {
  const samples = [
    'task_started_total',
    'task_success_total',
    'task_failure_total',
    'task_duration_seconds_count',
  ];
  const read = () => Promise.all(samples.map((sample) => taskTotal(sample, 'compress-file')));

  const before = await read();
  await sendJobs(
    topology.apiUrl,
    Array.from({ length: 5 }, (_, n) => ({ task: 'compress-file', path: `${n}.txt` })),
  );
  await waitUntil('five jobs done', allJobsEnded);
  const after = await read();

  expect(after.map((value, index) => value - before[index]!)).toEqual([5, 5, 0, 5]);
});

test('a flaky task fails once and succeeds on its retry', async () => {
  await sendJobs(topology.apiUrl, [{ task: 'hash-flaky-file', path: '1.txt' }]);
  await waitUntil('the job done', allJobsEnded);

  expect(await taskTotal('task_failure_total', 'hash-flaky-file')).toBe(1);
  expect(await taskTotal('task_success_total', 'hash-flaky-file')).toBe(1);
});

test('a hopeless job uses up its retries and lands in the dead-letter queue', async () => {
  const failuresBefore = await taskTotal('task_failure_total', 'hash-file');
  await sendJobs(topology.apiUrl, [{ task: 'hash-file', path: 'no-such-file.txt' }]);
  await waitUntil('the job given up', allJobsEnded);

  expect(await taskTotal('task_failure_total', 'hash-file')).toBe(failuresBefore + 3);
  expect(await deadLetters()).toBe(1);
  expect(await taskTotal('task_dead_lettered_total', 'hash-file')).toBe(1);
});

test('a path that leads out of the files’ root is refused', async () => {
  const deadBefore = await deadLetters();
  await sendJobs(topology.apiUrl, [{ task: 'hash-file', path: '../../etc/passwd' }]);
  await waitUntil('the job given up', allJobsEnded);

  expect(await deadLetters()).toBe(deadBefore + 1);
});

test('the API refuses a task that the topology does not have', async () => {
  const response = await fetch(`${topology.apiUrl}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ task: 'format-disk', path: '1.txt' }),
  });
  expect(response.status).toBe(400);
});

test('a dead letter is listed without its payload, and replayed when its file is there', async () => {
  const { letters } = await listDeadLetters(topology.apiUrl);
  expect(letters.map(({ queue }) => queue)).toEqual([DEAD_LETTER_QUEUE, DEAD_LETTER_QUEUE]);
  expect(JSON.stringify(letters)).not.toContain('no-such-file');
  const before = await taskTotal('task_success_total', 'hash-file');

  await writeFile(path.join(filesRoot, 'no-such-file.txt'), 'here now');
  expect(await replayDeadLetters(topology.apiUrl, 100)).toMatchObject({
    ended: 'complete',
    found: 2,
    done: 2,
  });
  await waitUntil('both jobs ended', allJobsEnded);

  // The other one still leads out of the files' root, and is back.
  expect(await taskTotal('task_success_total', 'hash-file')).toBe(before + 1);
  expect(await deadLetters()).toBe(1);
  const api = await scrape(topology.apiUrl);
  expect(total(api, 'queue_dead_letters_replayed_total')).toBe(2);
});

test('the API’s queue gauges equal what SQL says', async () => {
  await sleep(2 * QUEUE_TTL_MS);
  const families = await scrape(topology.apiUrl);
  const jobs = families.find((family) => family.name === 'queue_depth')!;
  const shown = jobs.samples.map(({ labels, value }): [string, number] => {
    const { queue, state } = Object.fromEntries(labels);
    return [`${queue} ${state}`, value];
  });

  expect(Object.fromEntries(shown.filter(([, value]) => value !== 0))).toEqual(await jobsInBroker());
  // Four queues by seven states: a state without jobs is 0, not absent.
  expect(shown).toHaveLength(28);
  expect(total(families, 'queue_broker_up')).toBe(1);
});

test('the API counts its requests by route', async () => {
  const api = await scrape(topology.apiUrl);
  const answered = (status: string): number =>
    total(
      api,
      'http_requests_total',
      ({ method, route, status_class: found }) => method === 'POST' && route === '/jobs' && found === status,
    );
  expect(answered('2xx')).toBe(total(api, 'api_jobs_accepted_total'));
  expect(answered('4xx')).toBe(1);
});

test('health says that the API is up, the broker answers, and workers do jobs', async () => {
  for (const aspect of ['live', 'ready', 'data-plane'])
    expect(await health(aspect), aspect).toEqual({ code: 200, status: 'up' });
  // The job of the check is one of the workers'.
  expect(await taskTotal('task_started_total', 'answer-health-check')).toBe(1);
});

test('worker families and API families never meet, though the API inherits the directory', async () => {
  if (onLinux) {
    const environment = await readFile(`/proc/${topology.api.pid}/environ`, 'utf8');
    expect(environment.split('\0').some((entry) => entry.startsWith('PROMETHEUS_MULTIPROC_DIR=/'))).toBe(
      true,
    );
  }
  const [api, exporter] = await Promise.all([scrape(topology.apiUrl), scrape(topology.exporterUrl)]);
  const apiNames = api.map((family) => family.name);
  const exporterNames = exporter.map((family) => family.name);

  expect(apiNames.filter((name) => /^(tasks?|worker)_/.test(name))).toEqual([]);
  expect(apiNames).toEqual(
    expect.arrayContaining([
      'api_jobs_accepted',
      'queue_depth',
      'http_requests',
      'postgres_pool_up',
      'service_info',
    ]),
  );
  expect(exporterNames.filter((name) => /^(api|queue|http)_/.test(name))).toEqual([]);
  expect(exporterNames).toEqual(
    expect.arrayContaining([
      'task_started',
      'task_success',
      'task_failure',
      'task_duration_seconds',
      'worker_up',
    ]),
  );
  expect(exporterNames.filter((name) => apiNames.includes(name))).toEqual([]);
});

test('no forbidden label key on either', async () => {
  for (const url of [topology.apiUrl, topology.exporterUrl]) {
    const keys = new Set((await scrape(url)).flatMap(({ samples }) => samples.flatMap(labelNames)));
    // `le` is Prometheus's own.
    keys.delete('le');
    expect([...keys].filter((key) => standardPolicy.checkName(key) !== undefined)).toEqual([]);
    expect([...keys].filter((key) => /user|email|tenant|(^|_)id$|path|file/.test(key))).toEqual([]);
  }
});

test('tasks are labelled with the task’s name and the class of an error, and nothing else', async () => {
  const tasks = (await scrape(topology.exporterUrl)).filter((family) => family.name.startsWith('task_'));
  const keys = new Set(tasks.flatMap(({ samples }) => samples.flatMap(labelNames)));
  expect([...keys].toSorted()).toEqual(['error_class', 'le', 'task_name']);
});

function labelNames(sample: {
  readonly labels: readonly (readonly [name: string, value: string])[];
}): string[] {
  return sample.labels.map(([name]) => name);
}

test.skipIf(!onLinux)(
  'workers and their parent listen on nothing (skipped where there is no /proc)',
  async () => {
    for (const pid of [...livingWorkers(events), topology.workerParent.pid]) {
      expect(await listeningSockets(pid)).toEqual([]);
    }
    // The same look at a process that does listen finds it.
    expect(await listeningSockets(topology.api.pid)).toHaveLength(1);
  },
);

test('a killed worker is replaced, its counts stay, its shards are folded', async () => {
  const before = await scrape(topology.exporterUrl);
  const victim = livingWorkers(events)[0]!;
  const eventsBefore = events.length;

  process.kill(victim, 'SIGKILL');
  await waitUntil('recovery', () => hasRecovered(events.slice(eventsBefore), victim));

  const after = await scrape(topology.exporterUrl);
  for (const sample of [
    'task_started_total',
    'task_success_total',
    'task_failure_total',
    'task_duration_seconds_count',
  ]) {
    expect(total(after, sample)).toBe(total(before, sample));
  }
  const names = await readdir(
    path.join(
      root,
      (await readdir(root)).find((name) => name.startsWith('shards-'))!,
    ),
  );
  expect(names.filter((name) => name.includes(`_${victim}-`))).toEqual([]);
  expect(livingWorkers(events)).toHaveLength(2);
  expect(total(after, 'worker_exits_total', ({ reason }) => reason === 'killed')).toBe(1);
  expect(total(await scrape(topology.exporterUrl), 'worker_up')).toBe(2);
});

test('without a worker the data plane is down, and the rest is not', async () => {
  await topology.workerParent.stop();
  await waitUntil('the data plane down', async () => (await health('data-plane')).code === 503);
  expect(await health('ready')).toEqual({ code: 200, status: 'up' });
});
