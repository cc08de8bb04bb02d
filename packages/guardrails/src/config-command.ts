import { type Environment, loadExporterConfig, loadPrunerConfig, loadWriterConfig } from '@promshard/config';

/** Whose configuration is shown. */
export type ConfigRole = 'writer' | 'exporter' | 'pruner';

export const CONFIG_ROLES: readonly ConfigRole[] = ['writer', 'exporter', 'pruner'];

/**
 * The effective configuration of roles in an environment, as `promshard-guard config` prints it.
 *
 * @throws ConfigError of `@promshard/config` with every problem of the first role that has one.
 */
export function describeEnvironment(roles: readonly ConfigRole[], env: Environment): Record<string, object> {
  return Object.fromEntries(roles.map((role) => [role, load(role, env)]));
}

function load(role: ConfigRole, env: Environment): object {
  switch (role) {
    case 'writer':
      return loadWriterConfig(env);
    case 'exporter':
      return loadExporterConfig(env);
    case 'pruner':
      return loadPrunerConfig(env);
    default:
      return role satisfies never;
  }
}
