// The Grafana dashboard for nodes that help each other: files, connections, messages, and what churn does to them.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { makeDashboard } from './make-dashboard.ts';
import { peersDashboardRows } from './panels/all-panels.ts';

export function peersDashboard(): Dashboard {
  return makeDashboard({
    uid: 'topolab-peers',
    title: 'Topolab: peers',
    description:
      'Who gives files to whom, how messages and transactions spread, who is connected, and what is served while nodes come and go.',
    open: peersDashboardRows,
    folded: [],
  });
}
