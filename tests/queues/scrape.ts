import type { Registry } from 'prom-client';

/** The samples of an exposition, by name and labels as they are written there. */
export async function scrape(registry: Registry): Promise<Readonly<Record<string, number>>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** The samples of one gauge, by the values of its labels, joined by `/`. */
export async function gauge(registry: Registry, name: string): Promise<Readonly<Record<string, number>>> {
  const metric = registry.getSingleMetric(name);
  if (metric === undefined) throw new Error(`There is no ${name}.`);
  const { values } = await metric.get();
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join('/'), value]));
}
