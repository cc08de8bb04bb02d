import { METHOD_LABELS } from './method.js';
import type { MetricSet, Series } from './metric-set.js';
import { STATUS_LABELS, statusIndex } from './status-class.js';

/** The label of requests that matched no route. */
export const UNMATCHED = 'unmatched';
/** The label of routes past `maxRoutes`; the same word as label policies use. */
export const OVERFLOW = '__overflow__';

const SERVER_ERROR = statusIndex(500);

/** The series of each route, made when they are first counted. */
export class RouteTable {
  private readonly metrics: MetricSet;
  private readonly maxRoutes: number;
  private readonly routes = new Map<string, (Series | undefined)[]>();
  private readonly unmatched: (Series | undefined)[] = newRoute();
  private readonly overflow: (Series | undefined)[] = newRoute();

  constructor(metrics: MetricSet, maxRoutes: number) {
    this.metrics = metrics;
    this.maxRoutes = maxRoutes;
  }

  /** The series of a route's template, or of requests without one. */
  series(route: string | undefined, method: number, status: number): Series {
    const cells = route === undefined ? this.unmatched : (this.routes.get(route) ?? this.addRoute(route));
    return cells[method * STATUS_LABELS.length + status] ?? this.addSeries(cells, route, method, status);
  }

  private addRoute(route: string): (Series | undefined)[] {
    if (this.routes.size >= this.maxRoutes) return this.overflow;
    const cells = newRoute();
    this.routes.set(route, cells);
    return cells;
  }

  private addSeries(
    cells: (Series | undefined)[],
    route: string | undefined,
    method: number,
    status: number,
  ): Series {
    const label =
      cells === this.unmatched ? UNMATCHED : cells === this.overflow ? OVERFLOW : (route ?? UNMATCHED);
    const first = method * STATUS_LABELS.length;
    const series = this.metrics.series(method, label, status);
    cells[first + status] = series;
    // Behind what is counted: where a budget of series is used up, it goes without.
    if (cells[first + SERVER_ERROR] === undefined) this.metrics.showRequests(method, label, SERVER_ERROR);
    return series;
  }
}

function newRoute(): (Series | undefined)[] {
  return Array.from({ length: METHOD_LABELS.length * STATUS_LABELS.length }, () => undefined);
}
