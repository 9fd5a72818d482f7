import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedDashboards } from '../../../dashboards/generate.ts';
import { allPanels } from '../../../dashboards/panels/all-panels.ts';

const folder = join(import.meta.dirname, '../../../dashboards/generated');
const expected = generatedDashboards();

interface GrafanaPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly panels?: readonly GrafanaPanel[];
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

const overview = JSON.parse(expected['run-overview.json'] ?? '') as {
  readonly panels: readonly GrafanaPanel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
};
const panels = overview.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
const charts = panels.filter(({ type }) => type !== 'row');

test.each(Object.keys(expected))('%s is what the panels say: else run `npm run generate`', (name) => {
  expect(readFileSync(join(folder, name), 'utf8')).toBe(expected[name]);
});

test('nothing else lies among the generated dashboards', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(expected).sort());
});

test('generating twice gives the same bytes', () => {
  expect(generatedDashboards()).toEqual(expected);
});

test('the overview shows every panel with its help, a unit and queries that Grafana can fill', () => {
  expect(charts.map(({ title }) => title)).toEqual(allPanels.map(({ title }) => title));
  for (const chart of charts) {
    expect(chart.description).toBeTruthy();
    expect(chart.fieldConfig?.defaults.unit).toBeTruthy();
    for (const { expr } of chart.targets ?? []) {
      expect(expr).toContain('$run');
      expect(expr).not.toContain('$window');
    }
  }
});

test('panels have ids of their own and stay within the 24 columns', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});

test('people choose the data source, the scenario and the runs', () => {
  expect(overview.templating.list.map(({ name }) => name)).toEqual(['datasource', 'scenario', 'run']);
});
