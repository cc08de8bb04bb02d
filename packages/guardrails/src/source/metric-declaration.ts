import type {
  MetricClass,
  MetricDeclaration,
  Place,
  StaticItem,
  StaticList,
  StaticText,
} from './module-facts.js';
import type { Scope } from './scopes.js';
import { memberOf, type StaticValue, staticValue } from './static-value.js';
import type { Node } from './syntax.js';

const CLASSES: ReadonlySet<string> = new Set<MetricClass>([
  'Counter',
  'Gauge',
  'Histogram',
  'Summary',
  'Info',
  'StateSet',
]);

function isMetricClass(name: string | undefined): name is MetricClass {
  return name !== undefined && CLASSES.has(name);
}

/**
 * Reads `new Counter({ … })`; undefined for a class of another name. Whether the class is a metric's is for the rule to
 * say: it depends on the module.
 *
 * @param path - The class, from its module inwards.
 */
export function readMetricDeclaration(
  path: readonly string[],
  { start, arguments: args }: { readonly start: number; readonly arguments: readonly Node[] },
  scope: Scope,
  placeOf: (offset: number) => Place,
): Omit<MetricDeclaration, 'edge'> | undefined {
  const name = path.at(-1);
  if (!isMetricClass(name)) return undefined;
  const options = staticValue(args[0], scope);
  const option = (key: string): StaticValue => memberOf(options, key);
  const mode = asText(option('multiprocessMode'));
  return {
    class: name,
    exportedName: path.filter((part, index) => part !== 'default' || index === path.length - 1).join('.'),
    name: asText(option('name')),
    help: asText(option('help')),
    labelNames: asList(option('labelNames'), placeOf),
    mode: mode.kind === 'absent' ? asText(option('aggregator')) : mode,
    ...placeOf(start),
  };
}

function asText(value: StaticValue): StaticText {
  if (value.kind === 'text') return { kind: 'known', text: value.text };
  return { kind: value.kind === 'absent' ? 'absent' : 'computed' };
}

function asList(value: StaticValue, placeOf: (offset: number) => Place): StaticList {
  if (value.kind === 'absent') return { kind: 'absent' };
  if (value.kind !== 'list') return { kind: 'partly', items: [] };
  const items = value.items.flatMap((item): StaticItem[] =>
    item.kind === 'text' ? [{ text: item.text, ...placeOf(item.node.start) }] : [],
  );
  return { kind: items.length === value.items.length ? 'known' : 'partly', items };
}
