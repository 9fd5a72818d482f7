// What stands on the dashboard *Suite*: the figures that compare runs, each named by the cell of the chart that it is a trial for.
import type { Panel, PanelQuery, PanelRow } from './panel.ts';
import { comparedRows } from './study-rows.ts';

/** One for each run of the suite, with its place in the chart as labels. */
const place =
  'max by (run, part, column, trial) (max_over_time(topolab_suite_info{run=~"$run", suite=~"$suite"}[$__range]))';

function placed(query: PanelQuery): PanelQuery {
  return {
    ...query,
    expr: `(${query.expr}) * on (run) group_left (part, column, trial) ${place}`,
    legend: query.legend.replace('{{run}}', '{{part}}: {{column}}, trial {{trial}}'),
  };
}

export const suiteRows: readonly PanelRow[] = comparedRows.map((row) => ({
  ...row,
  panels: row.panels.map(
    (panel): Panel => ({
      ...panel,
      id: panel.id.replace('compare-', 'suite-'),
      queries: panel.queries.map(placed),
    }),
  ),
}));
