import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedDashboards } from '../../../dashboards/generate.ts';
import type { PanelRow } from '../../../dashboards/panels/panel.ts';
import {
  allPanels,
  accessRow,
  detailRows,
  faultsDashboardRows,
  switchesRow,
  updatesRow,
  peersDashboardRows,
  runOverviewRows,
} from '../../../dashboards/panels/all-panels.ts';
import { Metric } from '../../../orchestrator/metrics/metric-names.ts';
import { suiteRows } from '../../../dashboards/panels/suite-rows.ts';
import { capacityRows, comparedRows, comparisonRows } from '../../../dashboards/panels/study-rows.ts';

const folder = join(import.meta.dirname, '../../../dashboards/generated');
const expected = generatedDashboards();

interface GrafanaPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly panels?: readonly GrafanaPanel[];
  readonly targets?: readonly {
    readonly expr: string;
    readonly refId: string;
    readonly instant?: boolean;
    readonly legendFormat?: string;
  }[];
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string };
    readonly overrides?: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly GrafanaPanel[];
  readonly links: readonly { readonly type: string; readonly tags: readonly string[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly regex?: string }[] };
}

const dashboards = Object.entries(expected)
  .filter(([name]) => name.endsWith('.json'))
  .map(([name, text]) => [name, JSON.parse(text) as Dashboard] as const);

/** What each is meant to show. */
const rowsOf: Readonly<Record<string, readonly PanelRow[]>> = {
  'capacity.json': capacityRows,
  'faults.json': faultsDashboardRows,
  'peers.json': peersDashboardRows,
  'run-overview.json': [...runOverviewRows, ...detailRows, updatesRow, switchesRow, accessRow],
  'suite.json': suiteRows,
  'topology-comparison.json': [...comparedRows, ...comparisonRows],
};

const empty: Dashboard = { uid: '', panels: [], links: [], templating: { list: [] } };

function panelsOf({ panels }: Dashboard): GrafanaPanel[] {
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

test.each(Object.keys(expected))('%s is what the panels say: else run `npm run generate`', (name) => {
  expect(readFileSync(join(folder, name), 'utf8')).toBe(expected[name]);
});

test('nothing else lies among the generated dashboards', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(expected).sort());
});

test('generating twice gives the same bytes', () => {
  expect(generatedDashboards()).toEqual(expected);
});

test.each(dashboards)(
  '%s shows its panels with their help, a unit and queries that Grafana can fill',
  (name, dashboard) => {
    const charts = panelsOf(dashboard).filter(({ type }) => type !== 'row');
    const shown = (rowsOf[name] ?? []).flatMap(({ panels }) => panels);
    expect(charts.map(({ title }) => title)).toEqual(shown.map(({ title }) => title));
    for (const chart of charts) {
      expect(chart.description).toBeTruthy();
      expect(chart.fieldConfig?.defaults.unit).toBeTruthy();
      for (const { expr } of chart.targets ?? []) {
        expect(expr).toContain('$run');
        expect(expr).not.toContain('$window');
      }
    }
  },
);

test('every panel stands on a dashboard', () => {
  const shown = Object.values(rowsOf).flatMap((rows) => rows.flatMap(({ panels }) => panels));
  for (const panel of allPanels) expect(shown).toContain(panel);
});

test.each(dashboards)('panels of %s have ids of their own and stay within the 24 columns', (_, dashboard) => {
  const panels = panelsOf(dashboard);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});

test.each(dashboards)(
  'on %s people choose the data source, the scenario and the runs',
  (name, { templating }) => {
    const first: Readonly<Record<string, readonly string[]>> = {
      'capacity.json': ['study'],
      'suite.json': ['suite'],
    };
    const names = ['datasource', 'scenario', ...(first[name] ?? []), 'run'];
    expect(templating.list.map((each) => each.name)).toEqual(names);
  },
);

test('dashboards link to each other', () => {
  for (const [, { links }] of dashboards) {
    expect(links).toMatchObject([{ type: 'dashboards', tags: ['topolab'] }]);
  }
  expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(dashboards.length);
});

test('on Capacity people choose a study, and then its trials', () => {
  const capacity = dashboards.find(([name]) => name === 'capacity.json')?.[1];
  const series = '{run="20260302-093000-scaling-s0_5-t3"} 1 1';
  const chosen = (name: string, study: string) => {
    const regex = capacity?.templating.list.find((each) => each.name === name)?.regex ?? '';
    return new RegExp(regex.replaceAll(/^\/|\/$/g, '').replace('$study', study)).exec(series)?.[1];
  };
  expect(chosen('study', '')).toBe('20260302-093000-scaling');
  expect(chosen('run', '20260302-093000-scaling')).toBe('20260302-093000-scaling-s0_5-t3');
  expect(chosen('run', 'another')).toBeUndefined();
});

test.each(['capacity.json', 'run-overview.json', 'topology-comparison.json'])(
  'on %s bounds of objectives, and nothing else, are dashed lines of their own',
  (name) => {
    const dashboard = dashboards.find(([each]) => each === name)?.[1] ?? empty;
    const charts = panelsOf(dashboard).filter(({ type }) => type === 'timeseries');
    const dashed = charts.flatMap(({ title, fieldConfig }) =>
      (fieldConfig?.overrides ?? []).map(({ matcher, properties }) => {
        expect(matcher.id).toBe('byFrameRefID');
        expect(properties).toContainEqual({
          id: 'custom.lineStyle',
          value: { fill: 'dash', dash: [10, 8] },
        });
        return `${title} ${matcher.options}`;
      }),
    );
    const bounds = charts.flatMap(({ title, targets = [] }) =>
      targets
        .filter(({ expr }) => expr.includes('topolab_objective_bound'))
        .map(({ refId }) => `${title} ${refId}`),
    );
    expect(bounds.length).toBeGreaterThanOrEqual(3);
    expect(dashed).toEqual(bounds);
  },
);

test('bars show one figure a run over the whole time range', () => {
  const comparison = dashboards.find(([name]) => name === 'topology-comparison.json')?.[1];
  const bars = comparison?.panels.filter(({ type }) => type === 'bargauge') ?? [];
  expect(bars.map(({ title }) => title)).toEqual(
    comparedRows.flatMap(({ panels }) => panels.map(({ title }) => title)),
  );
  const legends = bars.map(({ targets = [] }) => targets.map(({ legendFormat }) => legendFormat));
  expect(legends.every(([first]) => first === '{{run}}')).toBe(true);
  for (const { instant, expr } of bars.flatMap(({ targets = [] }) => targets)) {
    expect(instant).toBe(true);
    expect(expr).toContain('[$__range');
    for (const grouping of expr.match(/by \([^)]*\)/g) ?? []) expect(grouping).toMatch(/\brun\b/);
  }
});

test('bars of a suite are named by the cell that each run is a trial for', () => {
  const suite = dashboards.find(([name]) => name === 'suite.json')?.[1] ?? empty;
  const targets = panelsOf(suite).flatMap(({ targets: own = [] }) => own);
  expect(targets.length).toBeGreaterThan(10);
  for (const { expr, legendFormat } of targets) {
    expect(expr).toContain(`${Metric.suiteInfo}{run=~"$run", suite=~"$suite"}`);
    expect(legendFormat).toMatch(/^\{\{part\}\}: \{\{column\}\}, trial \{\{trial\}\}/);
  }
});

test('bars of what the links allow stand beside those of the distribution, in a colour of their own', () => {
  const comparison = dashboards.find(([name]) => name === 'topology-comparison.json')?.[1] ?? empty;
  const beside = panelsOf(comparison).filter(
    ({ type, targets = [] }) => type === 'bargauge' && targets.length > 1,
  );
  expect(beside.map(({ title }) => title)).toEqual(['Distribution time', 'Total throughput']);
  for (const { targets, fieldConfig } of beside) {
    expect(targets?.[1]).toMatchObject({ refId: 'B', legendFormat: '{{run}}, at best' });
    expect(targets?.[1]?.expr).toContain(Metric.distributionBoundSeconds);
    expect(fieldConfig?.overrides).toMatchObject([
      { matcher: { id: 'byFrameRefID', options: 'B' }, properties: [{ id: 'color' }] },
    ]);
  }
});
