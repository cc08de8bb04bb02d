/** The environment variable that names the directory which all roles share. */
export const MULTIPROC_DIR_VARIABLE = 'PROMETHEUS_MULTIPROC_DIR';

/** The first line of every error in which the shared directory is at fault, word for word. */
export const MULTIPROC_DIR_INVALID_ERROR: string =
  'PROMETHEUS_MULTIPROC_DIR must name an existing, absolute directory that this process can use; ' +
  'the deployment provisions it, promshard never creates it.';

/** What a process exits with when its configuration is wrong: `EX_CONFIG` of sysexits.h. */
export const CONFIG_EXIT_CODE = 78;

/** One setting that cannot be used. */
export interface ConfigProblem {
  /** The environment variable, also when the value came as an explicit option. */
  readonly variable: string;
  /** The form that would have been accepted, as a noun phrase. */
  readonly expected: string;
  /** An assignment that would have been accepted. */
  readonly example: string;
  /** What was received, cut and escaped for display, without credentials. */
  readonly received: string;
  /** All of the above and what is wrong, as a few sentences on one line. */
  readonly message: string;
}

/** Puts a problem into its one sentence form. */
export function describeProblem({
  subject,
  complaint,
  ...problem
}: Omit<ConfigProblem, 'message'> & { readonly subject: string; readonly complaint: string }): ConfigProblem {
  const { expected, example, received } = problem;
  const end = complaint.endsWith('?') ? '' : '.';
  const message = `${subject} ${complaint}${end} Expected ${expected}, for example ${example}. Received ${received}.`;
  return { ...problem, message };
}

/**
 * The configuration of a process is wrong. Its message lists every problem, one a line, after
 * {@link MULTIPROC_DIR_INVALID_ERROR} if the directory is among them; a process prints it and exits with
 * {@link CONFIG_EXIT_CODE}.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Stable across releases, for programs. */
  readonly code = 'CONFIG_INVALID';
  /** Every problem found, in the order of the documented variables; never empty. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const dirAtFault = problems.some((problem) => problem.variable === MULTIPROC_DIR_VARIABLE);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const title = dirAtFault ? MULTIPROC_DIR_INVALID_ERROR : `promshard's configuration has ${count}.`;
    super([title, ...problems.map((problem) => `  - ${problem.message}`)].join('\n'));
    this.problems = problems;
  }
}
