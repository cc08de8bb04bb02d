import { callName, isOfMetric, type ArgumentKind } from './type-members.js';

/** A library of metrics; the calls are the same on each, and whether they type-check is another test's matter. */
// oxlint-disable-next-line typescript/no-explicit-any -- see above
export type Client = any;

/** What data objects are called in prom-client's declarations. */
const DATA: Readonly<Record<string, string>> = {
  'Counter.inc': 'IncreaseDataWithExemplar',
  'Histogram.observe': 'ObserveDataWithExemplar',
};

/** Returns a library whose calls are noted under the names of {@link callName} and {@link typeMembers}. */
export function recordCalls(client: Client, calls: Set<string>): Client {
  const originals = new WeakMap<object, object>();
  const isData = (owner: string, target: object): boolean =>
    'enableExemplars' in target && target.enableExemplars === true && !owner.includes('(');

  const kindOf = (argument: unknown, owner: string, hasData: boolean): ArgumentKind => {
    if (typeof argument === 'string') return isOfMetric(owner) ? 'texts' : 'text';
    if (typeof argument !== 'object') return typeof argument as ArgumentKind;
    if (!isOfMetric(owner)) return 'object';
    return hasData ? 'data' : 'labels';
  };

  const note = (member: string, owner: string, args: readonly unknown[], hasData = false): void => {
    const kinds = args.map((argument) => kindOf(argument, owner, hasData));
    calls.add(callName(member, kinds[0] === 'texts' ? ['texts'] : kinds));
  };

  const noteOptions = (type: string, options: unknown): void => {
    for (const name of Object.keys(Object(options) as object)) calls.add(`${type}.${name}`);
  };

  const original = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? (originals.get(value) ?? value) : value;

  const wrapFunction = (member: string, owner: string, call: (...args: unknown[]) => unknown) =>
    function recorded(...args: unknown[]): unknown {
      note(member, owner, args);
      const result = call(...args);
      return typeof result === 'function'
        ? wrapFunction(`${member}()`, owner, result as typeof call)
        : result;
    };

  const wrapObject = (owner: string, target: object): object => {
    const proxy = new Proxy(target, {
      get(_, name: string | symbol): unknown {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof name === 'symbol') return value;
        const member = `${owner}.${name}`;
        if (typeof value !== 'function') {
          calls.add(member);
          return value;
        }
        return (...args: unknown[]): unknown => {
          const data = DATA[member];
          const hasData = data !== undefined && isData(owner, target);
          note(member, owner, args, hasData);
          if (hasData) noteOptions(data, args[0]);
          if (owner === 'Pushgateway') noteOptions('Pushgateway.Parameters', args[0]);
          const own = args.map((each) => (Array.isArray(each) ? each.map(original) : original(each)));
          const result: unknown = Reflect.apply(value, target, own);
          if (name === 'labels') return wrapObject(`${owner}.labels()`, result as object);
          return typeof result === 'function'
            ? wrapFunction(`${member}()`, owner, result as (...args: unknown[]) => unknown)
            : result;
        };
      },
    });
    originals.set(proxy, target);
    return proxy;
  };

  const wrapClass = (owner: string, type: new (...args: unknown[]) => object): object =>
    new Proxy(type, {
      construct(target, args: unknown[], newTarget): object {
        note(`new ${owner}`, 'class', args);
        if (isOfMetric(owner)) noteOptions(`${owner}Configuration`, args[0]);
        const [first, ...rest] = args;
        const registers = Object(first).registers as unknown;
        const own = Array.isArray(registers)
          ? [{ ...(first as object), registers: registers.map(original) }]
          : [first, ...rest.map(original)];
        return wrapObject(owner, Reflect.construct(target, own, newTarget) as object);
      },
      get(target, name: string | symbol): unknown {
        const value: unknown = Reflect.get(target, name);
        if (typeof name === 'symbol' || name === 'prototype') return value;
        if (typeof value !== 'function') {
          calls.add(`${owner}.${name}`);
          return value;
        }
        return (...args: unknown[]): unknown => {
          note(`${owner}.${name}`, owner, args);
          return Reflect.apply(
            value,
            target,
            args.map((each) => (Array.isArray(each) ? each.map(original) : original(each))),
          );
        };
      },
    });

  return new Proxy(client as object, {
    get(target, name: string): unknown {
      const value = Reflect.get(target, name) as unknown;
      const isClass =
        typeof value === 'function' && Function.prototype.toString.call(value).startsWith('class ');
      if (isClass) return wrapClass(name, value as new (...args: unknown[]) => object);
      if (typeof value === 'function') {
        const recorded = (...args: unknown[]): unknown => {
          note(`client.${name}`, 'client', args);
          if (name === 'collectDefaultMetrics') {
            noteOptions('DefaultMetricsCollectorConfiguration', args[0]);
            const [options] = args as [{ register?: unknown } | undefined];
            return Reflect.apply(value, undefined, [
              options?.register === undefined
                ? options
                : { ...options, register: original(options.register) },
            ]);
          }
          return Reflect.apply(value, undefined, args);
        };
        return new Proxy(recorded, {
          get(_, property: string): unknown {
            calls.add(`client.${name}.${property}`);
            return Reflect.get(value, property);
          },
        });
      }
      calls.add(`client.${name}`);
      return typeof value === 'object' && value !== null ? wrapObject('Registry', value) : value;
    },
  });
}
