import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseExposition } from '@promshard/exposition';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hasNative, hasTool } from '../support/tools.js';
import { adaptedCopy } from './adapted-copy.js';
import { becomesHealthy, startServices } from './compose-containers.js';
import { type ComposeProject, readProject } from './compose-file.js';
import { dashboardQueries, readDashboard } from './dashboard-file.js';
import { DEPLOY, readDocuments, readRules } from './deploy-files.js';
import { deployExample } from './images.js';
import { canMakeMachines, createMachine, type Machine, type RunningContainer, until } from './machine.js';
import { type Manifest, podOf } from './manifest-files.js';
import { namesIn, type PromqlNode } from './names-in-query.js';
import { probesOf, startPod } from './pod-containers.js';
import { sendJobs } from './send-jobs.js';

const canRun =
  hasTool('compose') &&
  hasTool('prometheus') &&
  hasTool('victoriaMetrics') &&
  hasTool('vmagent') &&
  hasTool('postgres') &&
  canMakeMachines();

describe.skipIf(!canRun)(
  'what the files state, run without containers (skipped where Docker Compose, Prometheus, VictoriaMetrics or PostgreSQL is not installed, or mounts are forbidden)',
  () => {
    let folder: string;
    let machine: Machine;
    let project: ComposeProject;
    let services: Readonly<Record<string, RunningContainer>>;
    let startedAt: number;

    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-deploy-')));
      // Its files are read by other users, as those of a checkout are.
      chmodSync(folder, 0o755);
      const app = join(folder, 'app');
      deployExample(app);
      const prometheus = adaptedCopy({}, join(folder, 'prometheus'));
      machine = await createMachine();
      project = readProject();
      startedAt = Date.now() / 1000;
      services = await startServices(machine, project, {
        app,
        sources: { [join(DEPLOY, 'prometheus')]: prometheus },
      });
    }, 120_000);

    afterAll(async () => {
      await machine?.remove();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    const service = (name: string): RunningContainer => services[name]!;
    const exposed = (): string => machine.get('http://127.0.0.1:9108/metrics') ?? '';
    function total(text: string, family: string): number {
      const found = parseExposition(text).families.find(({ name }) => name === family);
      return found?.samples.reduce((sum, { value }) => sum + value, 0) ?? 0;
    }
    function fromPrometheus(path: string): unknown {
      const body = machine.get(`http://127.0.0.1:9090/api/v1/${path}`);
      if (body === undefined) throw new Error(`Prometheus refuses ${decodeURIComponent(path)}`);
      return (JSON.parse(body) as { data: unknown }).data;
    }
    /** The one number that Prometheus answers a query with. */
    function ask(query: string): number | undefined {
      const body = machine.get(`http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(query)}`);
      const { data } = JSON.parse(body ?? '{}') as { data?: { result: { value: [number, string] }[] } };
      const text = data?.result[0]?.value[1];
      return text === undefined ? undefined : Number(text);
    }
    /** Whether a query had an answer at any second since the services were started. */
    function hasShown(query: string): boolean {
      const range = new URLSearchParams({
        query,
        start: String(startedAt),
        end: String(Date.now() / 1000),
        step: '1',
      });
      const { result } = fromPrometheus(`query_range?${range.toString()}`) as { result: readonly unknown[] };
      return result.length > 0;
    }
    /** The sum of what VictoriaMetrics stored last of some series; its queries hold back what is younger than half a minute. */
    function stored(selector: string): number {
      const url = `http://127.0.0.1:8428/api/v1/export?match[]=${encodeURIComponent(selector)}`;
      const lines = (machine.get(url) ?? '').split('\n').filter((line) => line !== '');
      return lines.reduce((sum, line) => sum + (JSON.parse(line) as { values: number[] }).values.at(-1)!, 0);
    }
    function firing(): readonly string[] {
      const body = machine.get('http://127.0.0.1:9090/api/v1/alerts') ?? '{"data":{"alerts":[]}}';
      const { data } = JSON.parse(body) as {
        data: { alerts: { state: string; labels: { alertname: string } }[] };
      };
      return data.alerts.flatMap(({ state, labels }) => (state === 'firing' ? [labels.alertname] : []));
    }

    test('every service becomes healthy by its own healthcheck', async () => {
      for (const [name, each] of Object.entries(project.services)) {
        if (each.healthcheck !== undefined) await becomesHealthy(service(name), each);
      }
      expect(await service('prepare-broker').ended).toBe(0);
    });

    test('the exporter can neither write the shards nor anything else, and sees no process but its own', () => {
      const exporter = service('exporter');
      for (const path of ['/run/promshard/x', '/app/x', '/x', '/tmp/x']) {
        expect(exporter.exec(['touch', path])).toMatchObject({
          status: 1,
          output: expect.stringContaining('Read-only file system'),
        });
      }
      // Its mount apart, the directory's mode would not let it.
      const shards = service('worker').exec(['stat', '-c', '%a %u:%g', '/run/promshard']);
      expect(shards.output).toBe('2750 10001:10001\n');
      expect(exporter.exec(['grep', '-ls', 'worker', '/proc/1/cmdline']).status).toBe(1);
      expect(
        exporter.exec(['sh', '-c', 'grep -E "^(CapEff|CapBnd|NoNewPrivs):" /proc/1/status']).output,
      ).toBe('CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\n');
    });

    test('the workers write the shards and nothing else', () => {
      const worker = service('worker');
      expect(worker.exec(['touch', '/app/x']).output).toContain('Read-only file system');
      const names = worker.exec(['ls', '/run/promshard']).output;
      expect(names).toMatch(/^\d+-[0-9a-f]{16}\.owner$/m);
      const locked = worker.exec(['sh', '-c', 'grep -c \'"locked":true\' /run/promshard/*.owner']);
      if (hasNative()) expect(locked.output).not.toContain(':0');
    });

    test('what the workers did is in Prometheus and in VictoriaMetrics, by the scrapes of the file', async () => {
      // Prometheus takes seconds to find its targets; what happened before its first scrape is no rate to it.
      await until(
        'Prometheus has scraped the zeros',
        () => ask('sum(task_success_total{job="workers"})') === 0,
      );
      expect(sendJobs(machine, 60)).toBe(60);
      // Of twelve jobs one is hopeless, in three attempts, and two need a second one.
      await until('every job has ended', () => total(exposed(), 'task_success') === 55);
      await until('Prometheus has scraped it', () => ask('sum(task_success_total{job="workers"})') === 55);
      await until('vmagent has passed it on', () => stored('task_success_total{job="workers"}') === 55);
      // The API's numbers are its own.
      await until('the API is scraped', () => ask('count(up{job="api"} == 1)') === 1);
      expect(ask('count(task_success_total{job="api"})')).toBeUndefined();
      await until('the rules are evaluated', () => ask('sum(job:up:sum)') === 2);
      expect(firing()).not.toContain('WorkerMetricsMissing');
    });

    test('a worker that is killed is replaced, its counts stay, and an alarm tells of it', async () => {
      const before = total(exposed(), 'task_success');
      const [victim] = service('worker').pids('dist/worker.js');
      process.kill(victim!, 'SIGKILL');
      await until('three workers run', () => {
        const pids = service('worker').pids('dist/worker.js');
        return pids.length === 3 && !pids.includes(victim!);
      });
      await until('the alarm fires', () => firing().includes('WorkersDying'));
      expect(total(exposed(), 'task_success')).toBe(before);
      expect(ask('sum(worker_exits_total{reason="killed"})')).toBe(1);
    });

    test('without workers the queue grows old, and alarms tell of it', async () => {
      // The last thing that one of them does is to leave a shard that is none.
      service('worker').exec(['sh', '-c', 'printf damaged > /run/promshard/counter_1.db']);
      await service('worker').kill();
      expect(sendJobs(machine, 12)).toBe(12);
      const expected = ['QueueNotDrained', 'WorkerSilent', 'WorkerMetricsDamaged', 'DeadLettersWaiting'];
      await until('the alarms fire', () => expected.every((name) => firing().includes(name)));
    });

    test('every query of the dashboard and the rules is one, over metrics and labels that were really scraped', () => {
      const scraped = new Set(fromPrometheus('label/__name__/values') as string[]);
      const labels = new Set(fromPrometheus('labels') as string[]);
      const recorded = readRules().flatMap(({ record }) => record ?? []);
      const queries = [...dashboardQueries(readDashboard()), ...readRules().map(({ expr }) => expr)];
      for (const query of queries) {
        const used = namesIn(fromPrometheus(`parse_query?query=${encodeURIComponent(query)}`) as PromqlNode);
        expect(used.metrics.length).toBeGreaterThan(0);
        expect(used.metrics.filter((name) => !scraped.has(name) && !recorded.includes(name))).toEqual([]);
        expect(used.labels.filter((name) => !labels.has(name))).toEqual([]);
      }
      // What a rule records is no exposition's.
      expect(recorded.filter((name) => !name.includes(':'))).toEqual([]);
    });

    test('every panel of the dashboard shows something of this run, from Prometheus', () => {
      const empty = dashboardQueries(readDashboard()).filter((query) => !hasShown(query));
      expect(empty).toEqual([]);
    });

    test('a pod of the manifests does the work instead, with a directory of its own', async () => {
      await service('exporter').kill();
      const broker = project.services['api']?.environment?.['DATABASE_URL'] ?? '';
      const pod = podOf((readDocuments('kubernetes/workers.yml') as Manifest[])[0]!)!;
      const { exporter, workers } = startPod(machine, pod, {
        app: join(folder, 'app'),
        ip: '127.0.0.2',
        hosts: Object.keys(services),
        secrets: { 'promshard-example-broker/url': broker },
      });
      await until('the exporter is ready', () => machine.get('http://127.0.0.2:9108/-/ready') !== undefined);
      const [ready, live] = probesOf(pod.initContainers![0]!, '127.0.0.2');
      await until('what waited is done', () => {
        const text = machine.get('http://127.0.0.2:9108/metrics') ?? '';
        return total(text, 'task_success') === 11;
      });
      expect(machine.get(ready!)).toBeDefined();
      expect(machine.get(live!)).toBeDefined();
      // Not on loopback, where Compose's listens.
      expect(machine.get('http://127.0.0.1:9108/metrics')).toBeUndefined();
      const probe = pod.containers[0]!.livenessProbe!.exec!.command;
      expect(workers!.exec(probe)).toEqual({ status: 0, output: '' });
      // fsGroup and setgid: both users' group is the volume's.
      expect(workers!.exec(['stat', '-c', '%a %g', '/run/promshard']).output).toBe('2777 10001\n');
      expect(exporter!.exec(['touch', '/run/promshard/x']).output).toContain('Read-only file system');
      expect(exporter!.exec(['id', '-u']).output).toBe('10002\n');
      for (const each of [exporter!, workers!]) {
        expect(each.exec(['touch', '/tmp/x']).output).toContain('Read-only file system');
      }
      // With one more wanted than there are, it fails.
      expect(workers!.exec(['env', 'WORKER_COUNT=4', ...probe]).status).toBe(1);
    });
  },
);
