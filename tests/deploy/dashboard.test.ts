import { beforeAll, describe, expect, test } from 'vitest';

import { typeProblems, type Wanted } from './compiled-literal.js';
import { dashboardQueries, readDashboard } from './dashboard-file.js';

const dashboard = readDashboard();

const IMPORTS = `
import type { Dashboard, DataQuery, FieldConfigSource, Panel, RowPanel } from '@grafana/schema';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { FieldConfig, Options as TimeSeriesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
// What a query of the Prometheus data source has; the schema leaves that to the plug-in.
type Query = DataQuery & { expr: string; editorMode?: 'code'; legendFormat?: string; range?: boolean };
type Queried<O, F> = Omit<Panel, 'targets' | 'options' | 'fieldConfig'> & {
  targets: Query[];
  options: Partial<O>;
  fieldConfig: Omit<FieldConfigSource, 'defaults'> & {
    defaults: Omit<FieldConfigSource['defaults'], 'custom'> & { custom?: F };
  };
};
type Annotation = NonNullable<NonNullable<Dashboard['annotations']>['list']>[number];
// The Prometheus data source titles an annotation by this.
type TitledAnnotation = Omit<Annotation, 'target'> & { target: Query; titleFormat: string };
type Frame = Omit<Dashboard, 'annotations' | 'panels'> & { annotations: { list: TitledAnnotation[] } };
`;

const PANEL_TYPES: Readonly<Record<string, string>> = {
  row: 'RowPanel',
  stat: 'Queried<StatOptions, never>',
  timeseries: 'Queried<TimeSeriesOptions, FieldConfig>',
};

/** What Grafana would not know. */
function broken(): readonly { type: string }[] {
  const panel = dashboard.panels.find(({ type }) => type === 'timeseries')!;
  const options = { legend: { displayMode: 'sideways' }, tooltip: { mode: 'multi', sort: 'desc' } };
  const changes: readonly object[] = [
    { titel: 'misspelled' },
    { options },
    { fieldConfig: { defaults: { custom: { lineWidht: 1 } }, overrides: [] } },
    { targets: [{ refId: 'A', query: 'up' }] },
  ];
  return changes.map((change) => ({ ...panel, ...change }));
}

describe('the dashboard', () => {
  const { panels, ...frame } = dashboard;
  const wanted: readonly Wanted[] = [
    { data: frame, type: 'Frame' },
    ...[...panels, ...broken()].map((panel) => ({ data: panel, type: PANEL_TYPES[panel.type] ?? 'never' })),
  ];
  let problems: readonly (readonly string[])[];
  beforeAll(() => {
    problems = typeProblems(IMPORTS, wanted);
  });

  test("has what Grafana's own schema knows, and nothing else", () => {
    expect(problems.slice(0, 1 + panels.length).flat()).toEqual([]);
  });

  test('would not pass with a field, a value or a query that Grafana does not know', () => {
    expect(problems.slice(1 + panels.length)).toEqual(
      ['titel', 'sideways', 'lineWidht', 'query'].map((word) => [expect.stringContaining(word)]),
    );
  });

  test('has panels with numbers and queries of their own, none over another', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
    for (const { type, title, targets = [] } of dashboard.panels) {
      expect({ title, queried: targets.length > 0 }).toEqual({ title, queried: type !== 'row' });
    }
  });

  test('leaves no variable unfilled', () => {
    expect(dashboardQueries(dashboard).filter((query) => query.includes('$'))).toEqual([]);
  });
});
