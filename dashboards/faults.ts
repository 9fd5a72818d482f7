// The Grafana dashboard for what is done to a system and what its users notice of it.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { makeDashboard } from './make-dashboard.ts';
import { faultsDashboardRows } from './panels/all-panels.ts';

export function faultsDashboard(): Dashboard {
  return makeDashboard({
    uid: 'topolab-faults',
    title: 'Topolab: faults',
    description:
      'Which faults are in force on which nodes, whether they were seen to take effect, what users were served meanwhile, and how long it took until somebody noticed and all was as before.',
    open: faultsDashboardRows,
    folded: [],
  });
}
