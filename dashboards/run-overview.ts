// The Grafana dashboard that people watch a run on, and compare runs with.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { makeDashboard } from './make-dashboard.ts';
import { accessRow, detailRows, runOverviewRows, switchesRow, updatesRow } from './panels/all-panels.ts';

export function runOverviewDashboard(): Dashboard {
  return makeDashboard({
    uid: 'topolab-run-overview',
    title: 'Topolab: run overview',
    description: 'Offered and served rate, latency, errors, nodes and what they use, for one run or several.',
    open: runOverviewRows,
    folded: [...detailRows, updatesRow, switchesRow, accessRow],
  });
}
