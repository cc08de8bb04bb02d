import type { Container as Process } from './container.js';
import { imageOf } from './images.js';
import type { Machine, RunningContainer } from './machine.js';
import { type Container, containersOf, type Pod } from './manifest-files.js';

/** What a pod gets from its cluster. */
export interface PodSurroundings {
  /** What {@link deployExample} made. */
  readonly app: string;
  readonly ip: string;
  /** Names of other hosts. */
  readonly hosts: readonly string[];
  /** By `name/key`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Starts the containers of a pod in the order in which Kubernetes does, as the users and with the volumes, environment and commands
 * that the manifest states; by name.
 */
export function startPod(
  machine: Machine,
  pod: Pod,
  { app, ip, hosts, secrets }: PodSurroundings,
): Readonly<Record<string, RunningContainer>> {
  const { fsGroup, runAsUser = 0, runAsGroup = 0 } = pod.securityContext ?? {};
  const volumes = new Map(
    (pod.volumes ?? []).map(({ name, emptyDir }) => {
      if (emptyDir?.medium !== 'Memory') throw new Error(`${name} is no volume in memory`);
      const size = emptyDir.sizeLimit?.replace(/Mi$/, 'm') ?? '100%';
      // What the kubelet makes of an emptyDir and an fsGroup.
      return [name, machine.volume(`pod-${name}`, { tmpfs: `size=${size},mode=2777,gid=${fsGroup ?? 0}` })];
    }),
  );

  function environment({ env = [] }: Container): Record<string, string> {
    return Object.fromEntries(
      env.map(({ name, value, valueFrom }) => {
        const secret = valueFrom?.secretKeyRef;
        const given = value ?? (secret === undefined ? ip : secrets[`${secret.name}/${secret.key}`]);
        if (given === undefined) throw new Error(`${name} has no value`);
        if (valueFrom?.fieldRef !== undefined && valueFrom.fieldRef.fieldPath !== 'status.podIP') {
          throw new Error(`${name} is ${valueFrom.fieldRef.fieldPath}`);
        }
        return [name, given];
      }),
    );
  }

  function processOf(container: Container): Process {
    const image = imageOf(container, app);
    return {
      ...image,
      name: container.name,
      uid: container.securityContext?.runAsUser ?? runAsUser,
      gid: container.securityContext?.runAsGroup ?? runAsGroup,
      groups: fsGroup === undefined ? [] : [fsGroup],
      env: { ...image.env, ...environment(container) },
      readOnly: container.securityContext?.readOnlyRootFilesystem === true,
      mounts: [
        ...image.mounts,
        ...(container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
          source: volumes.get(name)!,
          target: mountPath,
          readOnly: readOnly === true,
        })),
      ],
      tmpfs: [],
      hosts,
    };
  }

  return Object.fromEntries(
    containersOf(pod).map((container) => [container.name, machine.start(processOf(container))]),
  );
}

/** The URLs of a container's probes over HTTP: readiness, liveness. */
export function probesOf(
  { ports = [], readinessProbe, livenessProbe }: Container,
  ip: string,
): readonly string[] {
  return [readinessProbe, livenessProbe].flatMap((probe) => {
    if (probe?.httpGet === undefined) return [];
    const port = ports.find(({ name }) => name === probe.httpGet?.port)?.containerPort;
    return [`http://${ip}:${port}${probe.httpGet.path}`];
  });
}
