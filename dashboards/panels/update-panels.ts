// What becomes of updates: which programs nodes run, and which versions users are served by.
import type { Panel } from './panel.ts';

export const revisionsPanel: Panel = {
  id: 'group-revisions',
  title: 'What nodes run',
  help: 'Nodes of each group that are ready, by revision: 1 is what the group has at first, and each update of the group counts on. Two revisions of a group at the same time: an update is under way.',
  unit: 'count',
  style: 'step',
  queries: [
    {
      expr: 'sum by (run, group, revision) (topolab_group_revision_nodes{run=~"$run"})',
      legend: '{{group}} revision {{revision}}',
    },
  ],
};

export const versionsServedPanel: Panel = {
  id: 'operations-by-version',
  title: 'Operations by version',
  help: 'Operations that nodes of Topolab’s own program have served well, per second, by the version of the program that served them.',
  unit: 'per-second',
  style: 'area',
  queries: [
    {
      expr: 'sum by (run, group, version) (rate(topolab_operations_served_total{run=~"$run"}[$window]))',
      legend: '{{group}} version {{version}}',
      needs: ['own-nodes'],
    },
  ],
};
