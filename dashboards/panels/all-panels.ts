// Every panel, in the order in which people should meet them. Nothing here may import the Grafana SDK: reports and live
// views are made from these panels where only the run-time dependencies are installed.
import type { Panel, PanelQuery, PanelRow } from './panel.ts';
import * as access from './access-panels.ts';
import * as fault from './fault-panels.ts';
import * as host from './host-panels.ts';
import * as load from './load-panels.ts';
import * as node from './node-panels.ts';
import * as peer from './peer-panels.ts';
import * as server from './server-panels.ts';
import * as change from './switch-panels.ts';
import * as update from './update-panels.ts';

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
    title: 'Can the measurement be trusted?',
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
      node.linkSharePanel,
    ],
  },
  {
    title: 'Details: what each node has used',
    panels: [node.cpuTimePanel, node.sentBytesPanel],
  },
  {
    title: 'Details: host and orchestrator',
    panels: [host.hostMemoryPanel, host.hostNetworkPanel, host.observerCpuPanel, host.actionLagPanel],
  },
];

/** How nodes that help each other do: a dashboard of its own, and in reports of runs with such nodes. */
export const peerRows: readonly PanelRow[] = [
  {
    title: 'Files',
    panels: [
      peer.fileSourcesPanel,
      peer.fileBytesPanel,
      peer.fileBytesTotalPanel,
      peer.fileDownloadPanel,
      peer.filesCompletePanel,
      peer.fileFailuresPanel,
    ],
  },
  {
    title: 'Network',
    panels: [
      peer.connectionsPanel,
      peer.firstNeighbourPanel,
      peer.networkPartsPanel,
      peer.networkConnectedPanel,
    ],
  },
  {
    title: 'Messages and transactions',
    panels: [
      peer.eventDeliveryPanel,
      peer.deliverySharePanel,
      peer.duplicatesPanel,
      peer.transactionsPanel,
      peer.transactionStatesPanel,
    ],
  },
];

/** What is left of the service while nodes fail, come and go. Reports show it beside the figures of each fault. */
export const availabilityRow: PanelRow = {
  title: 'Availability',
  panels: [
    peer.availabilityPanel,
    peer.operationsPanel,
    peer.slowOperationsPanel,
    server.recordsWrittenPanel,
  ],
};

/** What becomes of updates. Reports show it beside the figures of each. */
export const updatesRow: PanelRow = {
  title: 'Details: updates',
  panels: [update.revisionsPanel, update.versionsServedPanel],
};

/** What becomes of switches. Reports show it beside the figures of each. */
export const switchesRow: PanelRow = {
  title: 'Details: switches',
  panels: [change.waysServedPanel],
};

/** Whether users may do what they may, and nothing else. Reports show it beside the figures of each loss of a right. */
export const accessRow: PanelRow = {
  title: 'Access',
  panels: [access.unauthorisedPanel, access.falseRefusalsPanel, access.accessDecisionsPanel],
};

/** The dashboard *Peers*: some panels of the overview too, so that nobody has to look at two pages at once. */
export const peersDashboardRows: readonly PanelRow[] = [
  { title: 'Nodes and availability', panels: [node.groupNodesPanel, ...availabilityRow.panels] },
  ...peerRows,
  {
    title: 'What it costs',
    panels: [node.cpuCoresPanel, node.memoryBytesPanel, node.networkPanel, node.linkSharePanel],
  },
];

/** What is done to the system. Reports of runs with faults show it beside availability. */
export const faultRows: readonly PanelRow[] = [
  {
    title: 'Faults',
    panels: [fault.faultsInForcePanel, fault.faultyNodesPanel, fault.faultsSeenPanel, fault.packetDelayPanel],
  },
];

/** The dashboard *Faults*: what is done, and beside it what users notice. */
export const faultsDashboardRows: readonly PanelRow[] = [
  ...faultRows,
  {
    title: 'What users notice',
    panels: [...availabilityRow.panels, load.latencyPanel, load.errorSharePanel],
  },
  {
    title: 'Who reacts, when, and what it cost',
    panels: [
      server.balancerServersPanel,
      peer.connectionsPanel,
      node.groupNodesPanel,
      ...fault.faultCostPanels,
    ],
  },
];

/** Of these the last value counts: what each node has come to in the end. */
export const totalsPanels: readonly Panel[] = [
  node.cpuTimePanel,
  node.sentBytesPanel,
  peer.fileBytesTotalPanel,
  peer.fileDownloadPanel,
  peer.fileFailuresPanel,
  peer.transactionsPanel,
];

export const runOverviewPanels: readonly Panel[] = runOverviewRows.flatMap((row) => row.panels);

/** What a run saves samples of. */
export const allPanels: readonly Panel[] = [
  ...runOverviewPanels,
  ...[...detailRows, ...peerRows, availabilityRow, ...faultRows, updatesRow, switchesRow, accessRow].flatMap(
    (row) => row.panels,
  ),
];

/** Each query with the panel it belongs to, for whoever executes them all. */
export function queriesOfPanels(
  panels: readonly Panel[],
): { readonly panel: Panel; readonly query: PanelQuery }[] {
  return panels.flatMap((panel) => panel.queries.map((query) => ({ panel, query })));
}

export const allPanelQueries = queriesOfPanels(allPanels);
