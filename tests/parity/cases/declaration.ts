import { base as named, type Cases } from '../case.js';

const TYPES = ['Counter', 'Gauge', 'Histogram', 'Summary'] as const;
/** A gauge of the writer has to say it; to the others it is the default. */
const aggregator = 'sum';
/** Quantiles are compared elsewhere; other types pass over the option. */
const base = { ...named, percentiles: [] } as const;

/** Declarations and their mistakes, for each of the four classes. */
export const declarationCases: Cases = Object.fromEntries(
  TYPES.flatMap((type) => Object.entries(casesOf(type)).map(([name, each]) => [`${type}: ${name}`, each])),
);

function casesOf(type: (typeof TYPES)[number]): Cases {
  const mistakes: Record<string, unknown> = {
    'no configuration': undefined,
    'a configuration that is null': null,
    'a configuration that is a text': 'm',
    'no help': { name: 'm' },
    'an empty help': { name: 'm', help: '' },
    'no name': { help: 'h', aggregator },
    'an empty name': { name: '', help: 'h', aggregator },
    'a name with a dash': { name: 'a-b', help: 'h', aggregator },
    'a name that begins with a digit': { name: '1a', help: 'h', aggregator },
    'a name with a letter of another script': { name: 'größe', help: 'h', aggregator },
    'a label name with a dash': { ...base, labelNames: ['a', 'a-b'], aggregator },
    'a label name with a colon': { ...base, labelNames: ['a:b'], aggregator },
    'an empty label name': { ...base, labelNames: [''], aggregator },
    'a collect that is no function': { ...base, collect: 1, aggregator },
  };
  return {
    ...Object.fromEntries(
      Object.entries(mistakes).map(([name, configuration]) => [
        `${name} is refused`,
        ({ client, attempt }) => attempt(() => new client[type](configuration)),
      ]),
    ),
    'all characters of names are allowed': ({ client, registers }) => {
      new client[type]({ ...base, name: 'a:_Z9', labelNames: ['_a', 'B9'], registers, aggregator });
    },
    'a help text is escaped': ({ client, registers }) => {
      new client[type]({ ...base, help: 'a "b" \\ c\nd', registers, aggregator });
    },
    'a name is taken once': ({ client, registers, attempt }) => {
      new client[type]({ ...base, registers, aggregator });
      return attempt(() => new client[type]({ ...base, registers, aggregator }));
    },
    'without registers it is in the global registry': async ({ client }) => {
      for (const registers of [undefined, null]) {
        const metric = new client[type]({ ...base, name: `global_${type}`, aggregator });
        try {
          new client[type]({ ...base, name: `global_${type}_too`, registers, aggregator });
          metric.labels();
        } finally {
          client.register.removeSingleMetric(`global_${type}`);
          client.register.removeSingleMetric(`global_${type}_too`);
        }
      }
      return client.register.metrics();
    },
    'with no registers it is in none': async ({ client }) => {
      const metric = new client[type]({ ...base, registers: [], aggregator });
      return [await client.register.metrics(), await metric.get()];
    },
    'every aggregator of prom-client is kept': async ({ client }) => {
      const all = ['omit', 'sum', 'first', 'min', 'max', 'average'];
      return Promise.all(
        all.map((each) => new client[type]({ ...base, registers: [], aggregator: each }).get()),
      );
    },
    'collect runs before values are read, on the metric itself': async ({ client, registers, registry }) => {
      const metric = new client[type]({
        ...base,
        registers,
        aggregator,
        collect(this: { inc?(): void; observe?(value: number): void }) {
          if (this.inc === undefined) this.observe?.(2);
          else this.inc();
        },
      });
      await metric.get();
      await registry.metrics();
    },
    'collect may be asynchronous': async ({ client, registers }) => {
      new client[type]({
        ...base,
        registers,
        aggregator,
        async collect(this: { inc?(): void; observe?(value: number): void }) {
          await Promise.resolve();
          if (this.inc === undefined) this.observe?.(2);
          else this.inc();
        },
      });
      await Promise.resolve();
    },
    'what collect throws reaches who reads': async ({ client }) => {
      const metric = new client[type]({
        ...base,
        registers: [],
        aggregator,
        collect() {
          throw new Error('no answer');
        },
      });
      return metric.get().catch((error: Error) => error.message);
    },
    'exemplars need a registry of OpenMetrics': ({ client, registry, attempt }) =>
      attempt(
        () => new client[type]({ ...base, enableExemplars: true, registers: [registry], aggregator }).name,
      ),
    'exemplars are allowed in a registry of OpenMetrics': ({ client, openMetrics }) => {
      new client[type]({ ...base, enableExemplars: true, registers: [openMetrics], aggregator });
    },
    'what it was declared with can be read': ({ client, registers }) => {
      const metric = new client[type]({ ...base, labelNames: ['a', 'b'], registers, aggregator });
      return [metric.name, metric.help, metric.type, metric.labelNames, metric.aggregator];
    },
    'a class of an application may extend it': ({ client, registers }) => {
      const Base = client[type] as new (configuration: object) => object;
      class Own extends Base {
        readonly own: string = 'own';
      }
      const metric = new Own({ ...base, registers, aggregator });
      return [metric.own, metric instanceof Own, metric instanceof client[type]];
    },
    'the wrong number of values is refused': ({ client, registers, attempt }) => {
      const metric = new client[type]({ ...base, labelNames: ['a', 'b'], registers, aggregator });
      // The message holds the values in prom-client alone.
      const name = (call: () => unknown): unknown => (attempt(call) as { name?: string }).name;
      return [name(() => metric.labels('x')), name(() => metric.remove('x')), name(() => metric.labels())];
    },
    'an undeclared label is refused': ({ client, registers, attempt }) => {
      const metric = new client[type]({ ...base, labelNames: ['a', 'b'], registers, aggregator });
      const count = metric.inc === undefined ? 'observe' : 'inc';
      return [
        attempt(() => metric[count]({ c: 'x' }, 1)),
        attempt(() => metric.labels({ a: 'x', c: 'x' })[count](1)),
        attempt(() => metric.remove({ c: 'x' })),
      ];
    },
  };
}
