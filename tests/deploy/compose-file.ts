import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { toolPath } from '../support/tools.js';
import { DEPLOY } from './deploy-files.js';

/** A volume of a service, as Compose writes it out. */
export interface ComposeMount {
  readonly type: 'bind' | 'volume';
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
}

/** A service, as Compose writes it out: short forms made long, anchors and variables filled in. */
export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly dockerfile_inline?: string };
  readonly command: readonly string[] | null;
  readonly working_dir?: string;
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly ComposeMount[];
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly init?: boolean;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly ports?: readonly {
    readonly host_ip?: string;
    readonly target: number;
    readonly published: string;
  }[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

/** The whole file. */
export interface ComposeProject {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, { readonly driver_opts?: Readonly<Record<string, string>> }>>;
}

/** What Docker Compose makes of the file. */
export function readProject(password = 'example'): ComposeProject {
  const { status, stdout, stderr } = compose(['config', '--format', 'json'], password);
  if (status !== 0) throw new Error(`Compose refuses the file: ${stderr}`);
  // What it writes can be read by it again, so a dollar sign is written as two.
  return JSON.parse(stdout.replaceAll('$$', '$')) as ComposeProject;
}

/** Runs Compose on the file; it needs no engine to read one. */
export function compose(
  args: readonly string[],
  password: string | undefined,
): { status: number | null; stdout: string; stderr: string } {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ...(password !== undefined && { POSTGRES_PASSWORD: password }) };
  return spawnSync(toolPath('compose'), ['-f', join(DEPLOY, 'compose/compose.yml'), ...args], {
    env,
    encoding: 'utf8',
  });
}
