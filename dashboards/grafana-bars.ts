// One panel of ours as Grafana's bar gauge: one bar a run, its length the run's figure over the whole time range.
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PROMETHEUS_SOURCE, refId, thresholdSteps, UNITS } from './grafana-panel.ts';
import type { Panel } from './panels/panel.ts';

const HEIGHT = 6;

/** The first query is the figure itself; others are what it is held against. */
const HELD_AGAINST = [{ id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } }];

export function grafanaBars(panel: Panel, width: number): PanelBuilder {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.help)
    .datasource(PROMETHEUS_SOURCE)
    .unit(UNITS[panel.unit])
    .min(0)
    .span(width)
    .height(HEIGHT)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .thresholds(thresholdSteps(panel.thresholds))
    .targets(
      panel.queries.map(({ expr, legend }, index) =>
        new DataqueryBuilder()
          .refId(refId(index))
          .datasource(PROMETHEUS_SOURCE)
          .expr(expr)
          .legendFormat(legend)
          .instant(),
      ),
    );
  for (const [index] of panel.queries.entries())
    if (index > 0) builder.overrideByQuery(refId(index), HELD_AGAINST);
  if (panel.max !== undefined) builder.max(panel.max);
  return builder;
}
