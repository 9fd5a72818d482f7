// The Grafana dashboard that sets runs side by side: the same work on other topologies.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { makeDashboard } from './make-dashboard.ts';
import { comparedRows, comparisonRows } from './panels/study-rows.ts';

export function topologyComparisonDashboard(): Dashboard {
  return makeDashboard({
    uid: 'topolab-topology-comparison',
    title: 'Topolab: topology comparison',
    description:
      'Several runs side by side. The bars sum each run up over the time range, whenever it ran; below, runs stand at their own times. Choose a time range that holds all of them.',
    compared: comparedRows,
    open: comparisonRows,
    folded: [],
  });
}
