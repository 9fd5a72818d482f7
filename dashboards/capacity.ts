// The Grafana dashboard of capacity studies: their probes, what ran out, and whether to believe them.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { makeDashboard } from './make-dashboard.ts';
import { capacityRows } from './panels/study-rows.ts';

export function capacityDashboard(): Dashboard {
  return makeDashboard({
    uid: 'topolab-capacity',
    title: 'Topolab: capacity',
    description:
      'Capacity studies: offered and served rate and latency of each probe, what ran out first, and whether generators and host kept up. Choose a study, then some of its trials.',
    choice: 'trials',
    open: capacityRows,
    folded: [],
  });
}
