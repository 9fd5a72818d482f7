// One panel of ours as one of Grafana's.
import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Panel, PanelQuery, PanelUnit } from './panels/panel.ts';
import { exprForGrafana } from './panels/render-expr.ts';

/** Whichever Prometheus the dashboard's variable `datasource` names. */
export const PROMETHEUS_SOURCE = { type: 'prometheus', uid: '${datasource}' };

const HEIGHT = 8;

export const UNITS: Readonly<Record<PanelUnit, string>> = {
  'per-second': units.CountsPerSecond,
  seconds: units.Seconds,
  milliseconds: units.Milliseconds,
  share: units.PercentUnit,
  bytes: units.BytesIEC,
  'bytes-per-second': units.BytesPerSecondIEC,
  cores: 'suffix: cores',
  count: units.Short,
};

/** A time series panel, `width` of Grafana's 24 columns wide. */
export function grafanaPanel(panel: Panel, width: number): PanelBuilder {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.help)
    .datasource(PROMETHEUS_SOURCE)
    .unit(UNITS[panel.unit])
    .min(0)
    // A node has the same colour in every panel.
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .span(width)
    .height(HEIGHT)
    .interval('1s')
    .lineWidth(1)
    .showPoints(VisibilityMode.Never)
    .fillOpacity(panel.style === 'area' ? 30 : 0)
    .lineInterpolation(panel.style === 'step' ? LineInterpolation.StepAfter : LineInterpolation.Linear)
    .drawStyle(GraphDrawStyle.Line)
    .stacking(
      new StackingConfigBuilder().mode(panel.style === 'area' ? StackingMode.Normal : StackingMode.None),
    )
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .targets(panel.queries.map(target));
  for (const [index, { isBound }] of panel.queries.entries())
    if (isBound === true) builder.overrideByQuery(refId(index), BOUND_STYLE);
  if (panel.max !== undefined) builder.max(panel.max);
  if (panel.thresholds !== undefined) withThresholds(builder, panel.thresholds);
  return builder;
}

/** Bounds are red, dashed, and jump where a phase brings another. */
const BOUND_STYLE = [
  { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 8] } },
  { id: 'custom.lineWidth', value: 2 },
  { id: 'custom.lineInterpolation', value: 'stepAfter' },
];

export function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** The legend ends with the run: with several chosen, lines would otherwise have the same name. */
function target(query: PanelQuery, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(refId(index))
    .datasource(PROMETHEUS_SOURCE)
    .expr(exprForGrafana(query.expr))
    .legendFormat(`${query.legend} · {{run}}`)
    .range();
}

/** Green up to the warning; all green without thresholds. */
export function thresholdSteps(thresholds: Panel['thresholds']): ThresholdsConfigBuilder {
  const steps =
    thresholds === undefined
      ? []
      : [
          { value: thresholds.warning, color: 'orange' },
          { value: thresholds.critical, color: 'red' },
        ];
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: 'green' }, ...steps]);
}

function withThresholds(builder: PanelBuilder, thresholds: NonNullable<Panel['thresholds']>): void {
  builder
    .thresholds(thresholdSteps(thresholds))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}
