import { spawnSync } from 'node:child_process';

import { loadNative } from '@promshard/native';

/** Programs that some tests want, the variable that names each, and how to see that it runs. */
const TOOLS = {
  strace: { variable: 'TEST_TOOLS_STRACE', program: 'strace', probe: ['-V'] },
  promtool: { variable: 'TEST_TOOLS_PROMTOOL', program: 'promtool', probe: ['--version'] },
  node_exporter: {
    variable: 'TEST_TOOLS_NODE_EXPORTER',
    program: 'prometheus-node-exporter',
    probe: ['--version'],
  },
  openssl: { variable: 'TEST_TOOLS_OPENSSL', program: 'openssl', probe: ['version'] },
  compose: { variable: 'TEST_TOOLS_COMPOSE', program: 'docker-compose', probe: ['version'] },
  hadolint: { variable: 'TEST_TOOLS_HADOLINT', program: 'hadolint', probe: ['--version'] },
  kubernetesValidate: {
    variable: 'TEST_TOOLS_KUBERNETES_VALIDATE',
    program: 'kubernetes-validate',
    probe: ['--version'],
  },
  vmalert: { variable: 'TEST_TOOLS_VMALERT', program: 'vmalert', probe: ['-version'] },
  vmagent: { variable: 'TEST_TOOLS_VMAGENT', program: 'vmagent', probe: ['-version'] },
  victoriaMetrics: {
    variable: 'TEST_TOOLS_VICTORIA_METRICS',
    program: 'victoria-metrics',
    probe: ['--version'],
  },
  postgres: { variable: 'TEST_TOOLS_POSTGRES', program: 'postgres', probe: ['--version'] },
  redis: { variable: 'TEST_TOOLS_REDIS', program: 'redis-server', probe: ['--version'] },
  /** A Python interpreter that can import Celery, SQLAlchemy and prometheus_client. */
  celery: {
    variable: 'TEST_TOOLS_PYTHON',
    program: 'python3',
    probe: ['-c', 'import celery, sqlalchemy, prometheus_client'],
  },
  prometheus: { variable: 'TEST_TOOLS_PROMETHEUS', program: 'prometheus', probe: ['--version'] },
} as const;

export type Tool = keyof typeof TOOLS;

/** The program of a tool: what its variable names, or its name on the PATH. */
export function toolPath(tool: Tool): string {
  const { variable, program } = TOOLS[tool];
  return process.env[variable] ?? program;
}

/**
 * Says whether a tool runs here, so that a test may be skipped, by name, where it does not.
 *
 * @throws Error instead of saying no where `TEST_TOOLS_REQUIRED` is 1.
 */
export function hasTool(tool: Tool): boolean {
  return required(tool, spawnSync(toolPath(tool), TOOLS[tool].probe, { stdio: 'ignore' }).status === 0);
}

/** Says whether the addon is built here; throws as {@link hasTool} does. */
export function hasNative(): boolean {
  return required('the native addon', loadNative().status.kind === 'loaded');
}

function required(what: string, present: boolean): boolean {
  if (!present && process.env['TEST_TOOLS_REQUIRED'] === '1') {
    throw new Error(`TEST_TOOLS_REQUIRED is 1, and ${what} is not here.`);
  }
  return present;
}
