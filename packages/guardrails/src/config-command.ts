import {
  describeExporterConfig,
  describePrunerConfig,
  describeWriterConfig,
  type EffectiveSetting,
  type Environment,
} from '@promshard/config';

/** Whose configuration is shown. */
export type ConfigRole = 'writer' | 'exporter' | 'pruner';

export const CONFIG_ROLES: readonly ConfigRole[] = ['writer', 'exporter', 'pruner'];

const DESCRIBE: Readonly<Record<ConfigRole, (env: Environment) => readonly EffectiveSetting[]>> = {
  writer: describeWriterConfig,
  exporter: describeExporterConfig,
  pruner: describePrunerConfig,
};

/** The effective settings of one role. */
export interface RoleSettings {
  readonly role: ConfigRole;
  readonly settings: readonly EffectiveSetting[];
}

/**
 * The effective configuration of roles in an environment, as `promshard-guard config` prints it.
 *
 * @throws ConfigError of `@promshard/config` with every problem of the first role that has one.
 */
export function describeEnvironment(roles: readonly ConfigRole[], env: Environment): readonly RoleSettings[] {
  return roles.map((role) => ({ role, settings: DESCRIBE[role](env) }));
}
