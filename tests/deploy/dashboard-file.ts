import { readText } from './deploy-files.js';

/** A query of a panel. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
}

/** A panel of the dashboard. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

/** What the tests look at of the dashboard. */
export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly target: Target }[] };
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}

/** The dashboard as it is imported into Grafana. */
export function readDashboard(): Dashboard {
  return JSON.parse(readText('grafana/dashboard.json')) as Dashboard;
}

/** Every query with Grafana's variables filled in as it would. */
export function dashboardQueries({ panels, annotations, templating }: Dashboard): readonly string[] {
  const ofPanels = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const ofAnnotations = annotations.list.map(({ target }) => target.expr);
  // The first argument of label_values() is a selector.
  const ofVariables = templating.list.flatMap(({ query }) =>
    typeof query === 'string' ? [] : (/^label_values\((.+), \w+\)$/.exec(query.query)?.[1] ?? []),
  );
  return [...ofPanels, ...ofAnnotations, ...ofVariables].map((query) =>
    query
      .replaceAll('$__rate_interval', '1m')
      .replaceAll('$workers', 'workers')
      .replaceAll('$api', 'api')
      .replaceAll(/\$(?:task|queue)\b/g, '.*'),
  );
}
