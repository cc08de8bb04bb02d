import { parseArgs } from 'node:util';

/** The brokers that the bin knows. */
export const BROKERS = ['pg-boss', 'graphile-worker', 'bullmq', 'celery', 'redis'] as const;

export type BrokerName = (typeof BROKERS)[number];

/** How the broker is reached. */
export interface BrokerArguments {
  readonly broker: BrokerName;
  /** The environment variable that holds its URL. */
  readonly urlVariable: string;
  readonly queue: string | undefined;
  readonly to: string | undefined;
  readonly schema: string | undefined;
  readonly prefix: string | undefined;
  readonly format: 'celery' | 'plain';
  readonly newestAt: 'left' | 'right';
}

/** Which letters are meant. */
export interface SelectionArguments {
  readonly task: string | undefined;
  readonly ids: readonly string[] | undefined;
  readonly limit: number | undefined;
}

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'misuse'; readonly message: string }
  | {
      readonly kind: 'list';
      readonly source: BrokerArguments;
      readonly selection: SelectionArguments;
      readonly payloads: boolean;
      readonly json: boolean;
    }
  | {
      readonly kind: 'replay' | 'drop';
      readonly source: BrokerArguments;
      readonly selection: SelectionArguments;
      readonly ratePerSecond: number | undefined;
      readonly dryRun: boolean;
      readonly json: boolean;
    };

/** The text of `--help`. */
export const HELP: string = `promshard-dead-letters: jobs that failed for good, listed, put back to work or deleted

  promshard-dead-letters list   --broker BROKER [options]
  promshard-dead-letters replay --broker BROKER [options]
  promshard-dead-letters drop   --broker BROKER --yes [options]

  --broker BROKER   ${BROKERS.join(', ')}
  --url-env NAME    the environment variable with the broker's URL; DATABASE_URL, or REDIS_URL for bullmq and redis
  --queue NAME      where the dead letters lie; needed for bullmq, celery and redis, else all
  --to NAME         the queue to replay to; needed for celery and redis                (replay; with
                    bullmq, it says that --queue is a dead-letter queue, for list and drop too)
  --task NAME       letters of this task alone                         (not pg-boss, nor plain lists)
  --id ID           letters with this id; may be given several times
  --limit N         at most so many, the oldest first; 100 by default
  --rate N          so many a second at most                           (replay, drop)
  --dry-run         say what would be replayed or dropped              (replay, drop)
  --yes             really delete                                      (drop)
  --payloads        show payloads and error messages, which may hold personal data   (list)
  --json            print the result as one line of JSON
  --schema NAME     pgboss or graphile_worker by default, or none      (pg-boss, graphile-worker, celery)
  --prefix PREFIX   of the keys; bull by default                       (bullmq)
  --format FORMAT   celery or plain; plain by default                  (redis)
  --newest-at END   left or right, where producers push; left by default             (redis)
  --version         print the version and exit
  --help            print this and exit

The drivers are those of the project in whose folder this runs: pg, and pg-boss or bullmq with ioredis.
SIGINT and SIGTERM stop a replay or drop after the letter at hand; what was done is printed.

Exit codes: 0 done, or stopped by a signal; 1 letters were refused, or the broker failed on the way; 64 wrong arguments;
69 the broker cannot be asked; 78 no URL in the environment, or a driver is not installed or does not fit.
`;

const OPTIONS = {
  broker: { type: 'string' },
  'url-env': { type: 'string' },
  queue: { type: 'string' },
  to: { type: 'string' },
  task: { type: 'string' },
  id: { type: 'string', multiple: true },
  limit: { type: 'string' },
  rate: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  payloads: { type: 'boolean' },
  json: { type: 'boolean' },
  schema: { type: 'string' },
  prefix: { type: 'string' },
  format: { type: 'string' },
  'newest-at': { type: 'string' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type OptionName = keyof typeof OPTIONS;

/** Options that not every command or broker has. */
const ONLY_FOR: Partial<Record<OptionName, readonly (Command['kind'] | BrokerName)[]>> = {
  to: ['replay', 'bullmq'],
  rate: ['replay', 'drop'],
  'dry-run': ['replay', 'drop'],
  yes: ['drop'],
  payloads: ['list'],
  schema: ['pg-boss', 'graphile-worker', 'celery'],
  prefix: ['bullmq'],
  format: ['redis'],
  'newest-at': ['redis'],
};

/** Parses the arguments behind the program's name. */
export function parseCommandLine(args: readonly string[]): Command {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };

  const [kind, ...rest] = positionals;
  if (kind !== 'list' && kind !== 'replay' && kind !== 'drop')
    return misuse('The command is one of list, replay and drop.');
  if (rest.length > 0) return misuse(`${kind} takes no argument ${rest[0]}.`);
  const broker = BROKERS.find((known) => known === values.broker);
  if (broker === undefined) return misuse(`--broker is one of ${BROKERS.join(', ')}.`);
  for (const option of Object.keys(values) as OptionName[]) {
    const allowed = ONLY_FOR[option];
    if (allowed !== undefined && !allowed.includes(kind) && !allowed.includes(broker))
      return misuse(`--${option} is only for ${allowed.join(', ')}.`);
  }
  const { queue, to, task, id: ids, schema, prefix, format = 'plain', json = false } = values;
  const byKey = broker === 'bullmq' || broker === 'redis';
  if (queue === undefined && (byKey || broker === 'celery')) return misuse(`${broker} needs --queue.`);
  if (kind === 'replay' && to === undefined && (broker === 'celery' || broker === 'redis'))
    return misuse(`A replay with ${broker} needs --to.`);
  const { limit, rate, 'newest-at': newestAt = 'left' } = values;
  if (limit !== undefined && !/^[1-9]\d{0,5}$/.test(limit))
    return misuse('--limit is a whole number from 1 to 100000.');
  if (rate !== undefined && !(/^\d+(?:\.\d+)?$/.test(rate) && Number(rate) > 0 && Number(rate) <= 10_000))
    return misuse('--rate is a number above 0, up to 10000.');
  if (format !== 'celery' && format !== 'plain') return misuse('--format is celery or plain.');
  if (newestAt !== 'left' && newestAt !== 'right') return misuse('--newest-at is left or right.');

  const urlVariable = values['url-env'] ?? (byKey ? 'REDIS_URL' : 'DATABASE_URL');
  const source = { broker, urlVariable, queue, to, schema, prefix, format, newestAt } as const;
  const selection = { task, ids, limit: limit === undefined ? undefined : Number(limit) };
  if (kind === 'list') return { kind, source, selection, payloads: values.payloads ?? false, json };
  const { 'dry-run': dryRun = false, yes = false } = values;
  if (kind === 'drop' && !yes && !dryRun)
    return misuse('drop deletes for good: it needs --yes, or --dry-run.');
  return {
    kind,
    source,
    selection,
    ratePerSecond: rate === undefined ? undefined : Number(rate),
    dryRun,
    json,
  };
}

function misuse(message: string): Command {
  return { kind: 'misuse', message };
}
