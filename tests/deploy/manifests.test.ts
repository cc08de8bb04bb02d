import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { describe, expect, test } from 'vitest';

import { hasTool, toolPath } from '../support/tools.js';
import { typeProblems } from './compiled-literal.js';
import { DEPLOY, readDocuments, yamlFiles } from './deploy-files.js';
import { type Container, containersOf, type Manifest, podOf } from './manifest-files.js';

const FILES = yamlFiles('kubernetes');
const manifests = FILES.flatMap((file) => readDocuments(file) as Manifest[]);
const pods = manifests.flatMap((manifest) => podOf(manifest) ?? []);
const containers = pods.flatMap((pod) => containersOf(pod).map((container) => ({ pod, container })));
const [podMonitor] = readDocuments('kubernetes/podmonitor.yml') as ConstructorParameters<
  typeof PodMonitor
>[0][];

test.skipIf(!hasTool('kubernetesValidate'))(
  'the manifests are what Kubernetes 1.29 and 1.37 take, strictly (skipped where kubernetes-validate is not installed)',
  () => {
    for (const version of ['1.29.0', '1.37.0']) {
      for (const file of FILES.filter((name) => !name.includes('podmonitor'))) {
        const { status, stdout } = spawnSync(
          toolPath('kubernetesValidate'),
          ['--strict', '-k', version, join(DEPLOY, file)],
          { encoding: 'utf8' },
        );
        expect([file, status, stdout.match(/^(?:ERROR|WARN|FATAL).*/gm)]).toEqual([file, 0, null]);
      }
    }
  },
);

describe('the PodMonitor', () => {
  const imports = `import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';`;
  const withEndpoint = (changes: object): object => {
    const [endpoint] = podMonitor?.spec.podMetricsEndpoints ?? [];
    return {
      ...podMonitor,
      spec: { ...podMonitor?.spec, podMetricsEndpoints: [{ ...endpoint, ...changes }] },
    };
  };

  test("is what the operator's types say, and nothing else", () => {
    const wanted = [podMonitor, withEndpoint({ intervall: '15s' })].map((data) => ({
      data,
      type: 'IPodMonitor',
    }));
    expect(typeProblems(imports, wanted)).toEqual([[], [expect.stringContaining('intervall')]]);
  });

  test("passes the operator's checks of values", () => {
    expect(() => new PodMonitor(podMonitor).validate()).not.toThrow();
    const wrong = withEndpoint({ interval: '15 s' }) as ConstructorParameters<typeof PodMonitor>[0];
    expect(() => new PodMonitor(wrong).validate()).toThrow('interval');
  });

  test('selects the pods that have metrics, by ports that they name', () => {
    const { selector, podMetricsEndpoints = [] } = podMonitor?.spec ?? {};
    const values = selector?.matchExpressions?.[0]?.values ?? [];
    const selected = manifests.flatMap(({ spec }) => {
      const labels = spec?.template?.metadata?.labels ?? {};
      return values.includes(labels['app.kubernetes.io/component'] ?? '') ? [spec?.template] : [];
    });
    expect(selected.map((template) => template?.metadata?.labels?.['app.kubernetes.io/component'])).toEqual([
      'api',
      'workers',
    ]);
    const ports = selected.flatMap((template) =>
      containersOf(template!.spec!).flatMap((container) => container.ports?.map(({ name }) => name) ?? []),
    );
    expect(new Set(podMetricsEndpoints.map(({ port }) => port))).toEqual(new Set(ports));
  });
});

test('every container can change no file of its image, gets no right that it lacks, and is no root', () => {
  expect(containers.length).toBeGreaterThan(0);
  for (const { pod, container } of containers) {
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(container.resources?.limits?.['memory']).toBeDefined();
    expect(container.resources?.requests?.['cpu']).toBeDefined();
  }
});

test('the shards lie in memory, bounded, written by the workers and read by the exporter', () => {
  const pod = pods.find(({ volumes = [] }) => volumes.length > 0);
  expect(pod?.volumes).toEqual([{ name: 'shards', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }]);
  const mounts = containersOf(pod!).map(({ name, volumeMounts = [] }) => [name, ...volumeMounts]);
  expect(mounts).toEqual([
    ['exporter', { name: 'shards', mountPath: '/run/promshard', readOnly: true }],
    ['workers', { name: 'shards', mountPath: '/run/promshard' }],
  ]);
  for (const container of containersOf(pod!)) {
    expect(value(container, 'PROMETHEUS_MULTIPROC_DIR')).toBe('/run/promshard');
  }
  const [exporter, workers] = containersOf(pod!);
  expect(exporter?.securityContext?.runAsUser).not.toBe(pod?.securityContext?.runAsUser);
  expect(workers?.securityContext?.runAsUser).toBeUndefined();
  // Before the volume is full, the pruner says so.
  expect(Number(value(workers!, 'PROMSHARD_MAX_DIR_BYTES'))).toBe(48 * 2 ** 20);
});

test('the annotations name the port that the PodMonitor scrapes', () => {
  const annotated = manifests.flatMap(({ spec }) =>
    spec?.template?.metadata?.annotations === undefined ? [] : [spec.template],
  );
  expect(annotated).toHaveLength(2);
  for (const { metadata, spec } of annotated) {
    const [port] = containersOf(spec!).flatMap(({ ports = [] }) => ports);
    expect(metadata?.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(port?.containerPort),
      'prometheus.io/path': '/metrics',
    });
  }
});

function value(container: Container, name: string): string | undefined {
  return container.env?.find((each) => each.name === name)?.value;
}
