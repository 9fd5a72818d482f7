// What becomes of a network that changes its topology: by which way its users are served.
import type { Panel } from './panel.ts';

export const waysServedPanel: Panel = {
  id: 'operations-by-way',
  title: 'Operations by way',
  help: 'Operations on records and events that nodes which can switch have served well, per second, by the way that was in force when they began: client-server, peer-to-peer, or a hybrid that keeps everything on both sides and reads from the servers or the peers first.',
  unit: 'per-second',
  style: 'area',
  queries: [
    {
      expr: 'sum by (run, way) (rate(topolab_way_operations_total{run=~"$run"}[$window]))',
      legend: '{{way}}',
      needs: ['switching'],
    },
  ],
};
