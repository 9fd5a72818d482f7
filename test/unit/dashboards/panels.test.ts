import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allPanelQueries, allPanels, runOverviewPanels } from '../../../dashboards/panels/all-panels.ts';
import { BOUND_LABEL } from '../../../dashboards/panels/objective-bounds.ts';
import { capacityRows } from '../../../dashboards/panels/study-rows.ts';
import { Metric } from '../../../orchestrator/metrics/metric-names.ts';

const PAIRS: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };

/** The first bracket that does not match, outside of strings. */
function unbalanced(expr: string): string | undefined {
  const open: string[] = [];
  for (const character of expr.replaceAll(/"(?:\\.|[^"\\])*"/g, '""')) {
    if (Object.values(PAIRS).includes(character)) open.push(character);
    else if (character in PAIRS && open.pop() !== PAIRS[character]) return character;
  }
  return open.pop();
}

describe('panels', () => {
  test('ids are unique and kebab-case, for saved samples are found by them', () => {
    const ids = allPanels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test.each(allPanels.map((panel) => [panel.id, panel] as const))(
    '%s has a title, a help text in whole sentences, a unit and a query',
    (_, panel) => {
      expect(panel.title).not.toBe('');
      expect(panel.help).toMatch(/^[A-Z0-9].{20,}\.$/);
      expect(panel.unit).not.toBe('');
      expect(panel.queries.length).toBeGreaterThan(0);
    },
  );

  test.each(allPanelQueries.map(({ panel, query }) => [`${panel.id} ${query.legend}`, query.expr] as const))(
    'the query of %s is balanced, of one run, and rates use the window',
    (_, expr) => {
      expect(unbalanced(expr)).toBeUndefined();
      // Prometheus' parser refuses it.
      expect(expr).not.toContain('offset 0');
      for (const selector of expr.match(/\{[^}]*\}/g) ?? []) expect(selector).toContain('run=~"$run"');
      // How far back a last value may lie is no window of a rate.
      const rates = expr.replaceAll(/last_over_time\([^)]*\)/g, '');
      for (const range of rates.match(/\[[^\]]*\]/g) ?? []) expect(range).toBe('[$window]');
      // With several runs chosen in Grafana, each keeps its own line.
      for (const grouping of expr.match(/by \([^)]*\)/g) ?? []) expect(grouping).toMatch(/\brun\b/);
    },
  );

  test.each(allPanelQueries.map(({ panel, query }) => [`${panel.id} ${query.legend}`, query] as const))(
    'the legend of %s names only labels that its query keeps',
    (_, { expr, legend }) => {
      const kept = new Set((expr.match(/by \(([^)]*)\)/g) ?? []).flatMap((by) => by.match(/\w+/g) ?? []));
      for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) expect(kept).toContain(label);
    },
  );

  test('no percentile is averaged', () => {
    for (const { query } of allPanelQueries) expect(query.expr).not.toMatch(/avg.*(quantile|_p\d+)/);
  });

  test.each([
    ['throughput', 'served'],
    ['latency', 'latency'],
    ['error-share', 'errors'],
    ['dropped-iterations', 'delivered'],
    ['latency-by-load', 'latency'],
    ['probe-rate', 'served'],
    ['probe-latency', 'latency'],
    ['probe-errors', 'errors'],
    ['probe-dropped', 'delivered'],
  ])('%s shows the bounds of objectives of kind %s', (id, kind) => {
    const panel = [...allPanels, ...capacityRows.flatMap(({ panels }) => panels)].find(
      (each) => each.id === id,
    );
    const [bound, ...more] = panel?.queries.filter(({ isBound }) => isBound === true) ?? [];
    expect(more).toEqual([]);
    expect(bound?.expr).toContain(`${Metric.objectiveBound}{run=~"$run", kind="${kind}"`);
    // Else the report would take it for a line of the figure.
    expect(bound?.expr).toMatch(new RegExp(`by \\(run, ${BOUND_LABEL}\\)`));
    expect(bound?.needs).toContain(`${kind}-objective`);
    // It stands on top, and keeps the colours of the figure's own lines.
    expect(panel?.queries.at(-1)).toBe(bound);
  });

  test('the overview answers first what users get', () => {
    expect(runOverviewPanels.slice(0, 2).map(({ id }) => id)).toEqual(['throughput', 'latency']);
  });

  test('panels can be read where the Grafana SDK is not installed', () => {
    const folder = join(import.meta.dirname, '../../../dashboards/panels');
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(folder, name), 'utf8')).not.toContain('@grafana/');
    }
  });
});
