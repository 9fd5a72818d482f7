// What stands on the dashboards *Capacity* and *Topology comparison*.
import type { PanelRow } from './panel.ts';
import * as capacity from './capacity-panels.ts';
import { costComparison, servedComparison } from './comparison-panels.ts';
import * as host from './host-panels.ts';
import * as load from './load-panels.ts';
import * as node from './node-panels.ts';
import { peerComparison } from './peer-comparison-panels.ts';
import * as peer from './peer-panels.ts';
import * as server from './server-panels.ts';

export const capacityRows: readonly PanelRow[] = [
  {
    title: 'Probes',
    panels: [
      capacity.probeRatePanel,
      capacity.probeLatencyPanel,
      capacity.probeErrorsPanel,
      capacity.probeDroppedPanel,
    ],
  },
  {
    title: 'What runs out first?',
    panels: [
      node.cpuSharePanel,
      node.throttledPanel,
      node.memorySharePanel,
      server.balancerQueuePanel,
      server.storeCpuPanel,
      node.networkPanel,
      node.linkSharePanel,
    ],
  },
  {
    title: 'Can the measurement be trusted?',
    panels: [capacity.probeUsersPanel, host.generatorCpuPanel, host.hostCpuPanel],
  },
];

/** One figure a run. */
export const comparedRows: readonly PanelRow[] = [
  { title: 'What users got', panels: servedComparison },
  { title: 'Files, messages and the network', panels: peerComparison },
  { title: 'What it took', panels: costComparison },
];

/** The same runs over time. */
export const comparisonRows: readonly PanelRow[] = [
  {
    title: 'Over time: users',
    panels: [load.throughputPanel, load.latencyPanel, load.errorSharePanel, peer.availabilityPanel],
  },
  { title: 'Over time: nodes', panels: [node.groupNodesPanel, node.cpuCoresPanel, node.networkPanel] },
];
