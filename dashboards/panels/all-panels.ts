// Every panel, in the order in which people should meet them. Nothing here may import the Grafana SDK: reports and live
// views are made from these panels where only the run-time dependencies are installed.
import type { Panel, PanelQuery, PanelRow } from '../panel.ts';
import * as host from './host-panels.ts';
import * as load from './load-panels.ts';
import * as node from './node-panels.ts';
import * as server from './server-panels.ts';

/** The first page: is it serving, and if not, what ran out. */
export const runOverviewRows: readonly PanelRow[] = [
  {
    title: 'Users',
    panels: [load.throughputPanel, load.latencyPanel, load.errorSharePanel, load.droppedPanel],
  },
  {
    title: 'Nodes',
    panels: [
      node.groupNodesPanel,
      node.cpuSharePanel,
      node.throttledPanel,
      node.cpuCoresPanel,
      node.memorySharePanel,
      node.networkPanel,
    ],
  },
  {
    title: 'Balancer and store',
    panels: [server.balancerQueuePanel, server.balancerSessionsPanel, server.storeCpuPanel],
  },
  {
    title: 'Can the measurement be believed?',
    panels: [load.virtualUsersPanel, host.generatorCpuPanel, host.hostCpuPanel],
  },
];

/** For looking closer; folded away in Grafana. */
export const detailRows: readonly PanelRow[] = [
  {
    title: 'Details: users',
    panels: [load.latencyByLoadPanel, load.requestsByStatusPanel],
  },
  {
    title: 'Details: servers',
    panels: [
      server.serverRequestsPanel,
      server.serverLatencyPanel,
      server.eventLoopPanel,
      server.balancerSharePanel,
      server.balancerServersPanel,
      node.memoryBytesPanel,
      node.outOfMemoryPanel,
    ],
  },
  {
    title: 'Details: host and orchestrator',
    panels: [host.hostMemoryPanel, host.observerCpuPanel, host.actionLagPanel],
  },
];

export const runOverviewPanels: readonly Panel[] = runOverviewRows.flatMap((row) => row.panels);

/** What a run saves samples of. */
export const allPanels: readonly Panel[] = [...runOverviewPanels, ...detailRows.flatMap((row) => row.panels)];

/** Each query with the panel it belongs to, for whoever executes them all. */
export const allPanelQueries: readonly { readonly panel: Panel; readonly query: PanelQuery }[] =
  allPanels.flatMap((panel) => panel.queries.map((query) => ({ panel, query })));
