// Objectives' bounds as lines of the panels whose figure they bound.
import type { PanelNeed, PanelQuery } from './panel.ts';

type Kind = 'latency' | 'errors' | 'delivered' | 'served';

/** The label by which a bound's series is told from those of the figure itself. */
export const BOUND_LABEL = 'objective';
const LEGEND = `bound of {{${BOUND_LABEL}}}`;

/**
 * The bounds in force: those of the whole run, and those of the phase that the run is in. A capacity study measures every objective over its
 * probes, and exports none of a phase.
 */
function bounds(kind: Kind, more: string): string {
  const series = (phase: string) =>
    `topolab_objective_bound{run=~"$run", kind="${kind}"${more}, phase${phase}""}`;
  const ofPhase = `${series('!=')} and on (run, phase) topolab_phase_info{run=~"$run"}`;
  return `max by (run, ${BOUND_LABEL}) (${series('=')} or ${ofPhase})`;
}

function query(kind: Kind, expr: string, needs: readonly PanelNeed[] = []): PanelQuery {
  return { expr, legend: LEGEND, needs: [`${kind}-objective`, ...needs], isBound: true };
}

/** Seconds. */
export const latencyBounds: PanelQuery = query('latency', bounds('latency', ''));
/** Only those of the percentile that the panel shows. */
export const p95Bounds: PanelQuery = query('latency', bounds('latency', ', percentile="95"'));
/** The largest share of failed requests. */
export const errorBounds: PanelQuery = query('errors', bounds('errors', ''));
/** The least requests per second that must be answered as expected. */
export const servedBounds: PanelQuery = query('served', bounds('served', ''));
/** The least share of iterations to be started, as the largest share that may be dropped. */
export const droppedShareBounds: PanelQuery = query('delivered', `1 - ${bounds('delivered', '')}`);
/** The same as a rate: of what is offered at that moment. */
export const droppedRateBounds: PanelQuery = query(
  'delivered',
  `(1 - ${bounds('delivered', '')}) * on (run) group_left () sum by (run) (topolab_offered_rate{run=~"$run"})`,
  ['open-load'],
);
