import type { ComposeProject, ComposeService } from './compose-file.js';
import type { Container } from './container.js';
import { imageOf } from './images.js';
import { type Machine, type RunningContainer, until } from './machine.js';

/** What the file's mounts from the repository are replaced by. */
export interface ComposeSurroundings {
  /** What {@link deployExample} made. */
  readonly app: string;
  /** Instead of a source on this machine; others are mounted as they are. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * Starts services of a compose file in the order in which they depend on each other, each when those that it waits for are as far
 * as its conditions say. Networks, published ports, `init` and restarts are not played.
 */
export async function startServices(
  machine: Machine,
  { services, volumes }: ComposeProject,
  { app, sources }: ComposeSurroundings,
): Promise<Readonly<Record<string, RunningContainer>>> {
  const made = new Map<string, string>();
  function volume(name: string, owner: string): string {
    const options = volumes[name]?.driver_opts;
    if (options !== undefined && options['type'] !== 'tmpfs') throw new Error(`${name}: ${options['type']}`);
    const path =
      made.get(name) ??
      machine.volume(name, options === undefined ? { owner } : { tmpfs: options['o'] ?? '' });
    made.set(name, path);
    return path;
  }

  function containerOf(name: string, service: ComposeService): Container {
    const image = imageOf(service, app);
    const [uid = image.uid, gid = image.gid] = service.user?.split(':').map(Number) ?? [];
    return {
      ...image,
      name,
      uid,
      gid,
      groups: [],
      cwd: service.working_dir ?? image.cwd,
      env: { ...image.env, ...service.environment },
      readOnly: service.read_only === true,
      mounts: [
        ...image.mounts,
        ...(service.volumes ?? []).map(({ type, source, target, read_only }) => ({
          source:
            type === 'volume' ? volume(source, image.owners[target] ?? '0:0') : (sources[source] ?? source),
          target,
          readOnly: read_only === true,
        })),
      ],
      tmpfs: (service.tmpfs ?? []).map((each) => {
        const [target = each, options = ''] = each.split(':');
        return { target, options: options === '' ? 'mode=1777' : options };
      }),
      hosts: Object.keys(services),
    };
  }

  const started = new Map<string, Promise<RunningContainer>>();
  const start = (name: string): Promise<RunningContainer> => {
    const known = started.get(name);
    if (known !== undefined) return known;
    const service = services[name]!;
    const starting = Promise.all(
      Object.entries(service.depends_on ?? {}).map(async ([other, { condition }]) => {
        const running = await start(other);
        if (condition === 'service_healthy') await becomesHealthy(running, services[other]!);
        if (condition === 'service_completed_successfully' && (await running.ended) !== 0) {
          throw new Error(`${other} has failed: ${running.output()}`);
        }
      }),
    ).then(() => machine.start(containerOf(name, service)));
    started.set(name, starting);
    return starting;
  };
  return Object.fromEntries(
    await Promise.all(Object.keys(services).map(async (name) => [name, await start(name)] as const)),
  );
}

/** Resolves when a container's healthcheck, run in it as an engine would, finds it healthy. */
export async function becomesHealthy(running: RunningContainer, service: ComposeService): Promise<void> {
  const [kind, ...rest] = service.healthcheck?.test ?? [];
  const command = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...rest] : rest;
  let last = '';
  const healthy = (): boolean => {
    const { status, output } = running.exec(command);
    last = output;
    return status === 0;
  };
  await until(`${running.container.name} is healthy`, healthy).catch((error: unknown) => {
    throw new Error(`${last}\n${running.output()}`, { cause: error });
  });
}
