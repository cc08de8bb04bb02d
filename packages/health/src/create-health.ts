import { cached, type Check, type CheckResult } from './check.js';
import { HealthOptionsError } from './health-options-error.js';
import { checkOptionNames } from './option-names.js';

/** What is asked for: whether to restart the process, whether to send it requests, whether work really gets done. */
export type Aspect = 'live' | 'ready' | 'data-plane';

/** The checks of each aspect, by name. */
export interface HealthOptions {
  /** What only a restart mends. Mostly none: a process that answers is alive, and a broken database is not its fault. */
  readonly live?: Readonly<Record<string, Check>>;
  /** What requests need: databases, brokers, caches. */
  readonly ready?: Readonly<Record<string, Check>>;
  /** Real round trips: a job through the queue and back, a key written and read. */
  readonly dataPlane?: Readonly<Record<string, Check>>;
  /** Path before `/live`, `/ready` and `/data-plane`; `/health` by default. */
  readonly basePath?: string;
}

/** How an aspect is: `degraded` where only checks that are not required are down. */
export interface HealthReport {
  readonly status: 'up' | 'degraded' | 'down';
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** The health of a process. */
export interface Health {
  /** Runs the aspect's checks, side by side, or takes results that are fresh. Never rejects. */
  report(aspect: Aspect): Promise<HealthReport>;
  /**
   * Says during a shutdown that no more requests are wanted: `ready` is down from here on, so that load balancers move on
   * while the process still answers.
   */
  drain(): void;
  /**
   * Answers `GET` and `HEAD` of `{basePath}/live`, `/ready` and `/data-plane` with a report as JSON, 200 while `up` or
   * `degraded`, 503 while `down`; 404 and 405 otherwise. Never rejects.
   */
  handle(request: Request): Promise<Response>;
}

const STATUS = { up: 200, degraded: 200, down: 503 } as const;

/**
 * Makes the health of a process; runs nothing until it is asked.
 *
 * @throws HealthOptionsError for a name, time or path that cannot be, and an option that there is not.
 */
export function createHealth(options: HealthOptions): Health {
  checkOptionNames('createHealth()', options, { live: true, ready: true, dataPlane: true, basePath: true });
  const { live = {}, ready = {}, dataPlane = {}, basePath = '/health' } = options;
  if (!/^(?:\/[\w.~-]+)*$/.test(basePath))
    throw new HealthOptionsError('basePath has to be empty or a path such as /health.');
  const aspects: Readonly<Record<Aspect, readonly NamedCheck[]>> = {
    live: prepare(live),
    ready: prepare(ready),
    'data-plane': prepare(dataPlane),
  };
  let draining: HealthReport | undefined;

  async function report(aspect: Aspect): Promise<HealthReport> {
    if (draining !== undefined && aspect === 'ready') return draining;
    const results = await Promise.all(
      aspects[aspect].map(async ({ name, required, check }) => ({ name, required, result: await check() })),
    );
    const down = results.filter(({ result }) => result.status === 'down');
    return {
      status: down.length === 0 ? 'up' : down.some(({ required }) => required) ? 'down' : 'degraded',
      checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
    };
  }

  return {
    report,
    drain() {
      const checkedAt = new Date().toISOString();
      const reason = 'shutting down';
      draining ??= {
        status: 'down',
        checks: { process: { status: 'down', reason, durationSeconds: 0, checkedAt } },
      };
    },
    async handle(request) {
      const { pathname } = new URL(request.url);
      const aspect = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length + 1) : '';
      if (!isAspect(aspect)) return Response.json({ error: 'not found' }, { status: 404 });
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return Response.json(
          { error: 'method not allowed' },
          { status: 405, headers: { allow: 'GET, HEAD' } },
        );
      const { status, checks } = await report(aspect);
      return new Response(request.method === 'HEAD' ? null : JSON.stringify({ status, checks }), {
        status: STATUS[status],
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      });
    },
  };
}

interface NamedCheck {
  readonly name: string;
  readonly required: boolean;
  readonly check: () => Promise<CheckResult>;
}

function isAspect(text: string): text is Aspect {
  return text === 'live' || text === 'ready' || text === 'data-plane';
}

function prepare(checks: Readonly<Record<string, Check>>): readonly NamedCheck[] {
  return Object.entries(checks).map(([name, check]) => {
    if (!/^[\w.-]{1,64}$/.test(name))
      throw new HealthOptionsError(
        'A check’s name has to be 1 to 64 letters, digits, dots, dashes or underscores.',
      );
    if (typeof check.run !== 'function') throw new HealthOptionsError(`Check ${name} has no function run.`);
    checkOptionNames(`Check ${name}`, optionsOf(check), CHECK_OPTIONS);
    for (const option of ['timeoutMs', 'cacheMs'] as const) {
      const ms = check[option] ?? 1;
      if (!Number.isSafeInteger(ms) || ms < (option === 'cacheMs' ? 0 : 1) || ms > 2 ** 31 - 1)
        throw new HealthOptionsError(
          `${option} of ${name} has to be a number of milliseconds, got ${String(ms)}.`,
        );
    }
    return { name, required: check.required ?? true, check: cached(check) };
  });
}

const CHECK_OPTIONS = { run: true, timeoutMs: true, cacheMs: true, required: true } as const;

/** A check may have methods of its own, as that of {@link jobRoundTrip} has. */
function optionsOf(check: Check): Check {
  return Object.fromEntries(
    Object.entries(check).filter(([, value]) => typeof value !== 'function'),
  ) as Check;
}
