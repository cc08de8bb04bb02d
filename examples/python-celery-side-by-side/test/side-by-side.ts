import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import type { Job } from '../src/job.js';
import { temporaryDirectory } from '../../../tests/support/temporary-directory.js';
import { toolPath } from '../../../tests/support/tools.js';
import { outputOf, type Program, startProgram, waitFor } from './programs.js';

const example = new URL('..', import.meta.url);
const python = toolPath('celery');

function file(path: string): string {
  return fileURLToPath(new URL(path, example));
}

function bin(name: string): string {
  return createRequire(import.meta.url)
    .resolve(`@promshard/${name}`)
    .replace(/index\.js$/, 'bin.js');
}

/** Celery's worker, Node.js's workers, the pruner and the exporter, over one directory. */
export interface SideBySide {
  readonly dir: string;
  readonly metricsUrl: string;
  readonly celery: Program;
  readonly pool: Program;
  /** The processes of Celery that do jobs. */
  celeryProcesses(): number[];
  /** The workers of the pool that live. */
  nodeWorkers(): number[];
  sendToCelery(jobs: readonly Job[]): Promise<void>;
  sendToNode(jobs: readonly Job[]): void;
  /** Celery's results, by status. */
  celeryResults(): Promise<Record<string, number>>;
  /** The exposition of prometheus_client's own collector over the directory. */
  pythonCollector(): Promise<string>;
}

/** Starts everything; it ends with the test. */
export async function startSideBySide(): Promise<SideBySide> {
  const dir = temporaryDirectory();
  const data = temporaryDirectory();
  const results = `${data}/results.sqlite`;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PROMETHEUS_MULTIPROC_DIR: dir,
    CELERY_BROKER_URL: `sqla+sqlite:///${data}/broker.sqlite`,
    CELERY_RESULT_BACKEND: `db+sqlite:///${results}`,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONWARNINGS: 'ignore',
    PROMSHARD_FOREIGN_WRITERS: 'fold',
    PROMSHARD_PRUNE_INTERVAL_MS: '200',
    WORKER_METRICS_EXPORTER_PORT: '0',
    WORKERS: '2',
  };
  const celery = startProgram(
    python,
    [
      '-m',
      'celery',
      '--workdir',
      file('python'),
      '--app',
      'tasks',
      'worker',
      '--concurrency=2',
      '--loglevel=INFO',
    ],
    env,
  );
  const pool = startProgram(process.execPath, [file('dist/worker-pool.js')], env);
  startProgram(process.execPath, [bin('pruner'), '--watch'], env);
  const exporter = startProgram(process.execPath, [bin('exporter')], env);

  const nodeWorkers = (): number[] => {
    const pids = (pattern: RegExp): number[] =>
      Array.from(pool.output().matchAll(pattern), ([, pid]) => Number(pid));
    const ended = new Set(pids(/worker (\d+) ended/g));
    return pids(/worker (\d+) is ready/g).filter((pid) => !ended.has(pid));
  };
  const celeryProcesses = (): number[] =>
    readFileSync(`/proc/${celery.child.pid}/task/${celery.child.pid}/children`, 'utf8')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number);

  await waitFor('Celery', () => /celery@\S+ ready/.test(celery.output()) || undefined);
  await waitFor('the workers', () => nodeWorkers().length === 2 || undefined);
  const metricsUrl = await waitFor('the exporter', () => /http:\S+\/metrics/.exec(exporter.output())?.[0]);

  return {
    dir,
    metricsUrl,
    celery,
    pool,
    celeryProcesses,
    nodeWorkers,
    async sendToCelery(jobs) {
      await outputOf(python, [file('python/send.py')], { env, input: lines(jobs) });
    },
    sendToNode(jobs) {
      pool.child.stdin!.write(lines(jobs));
    },
    async celeryResults() {
      return JSON.parse(await outputOf(python, [file('test/results.py'), results], { env })) as Record<
        string,
        number
      >;
    },
    pythonCollector: () => outputOf(python, [file('test/collect.py')], { env }),
  };
}

function lines(jobs: readonly Job[]): string {
  return jobs.map((job) => `${JSON.stringify(job)}\n`).join('');
}

/** The names in the directory that belong to a process, whichever language it was written in. */
export function filesOf(dir: string, pid: number): string[] {
  return readdirSync(dir).filter((name) => new RegExp(`(^|_)${pid}(-|\\.|~)`).test(name));
}
