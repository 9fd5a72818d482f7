// The series that findSaturations reads, as queries. They are saved in metrics.json beside the panels people look at, so that
// a verdict can be traced from the run's folder.
import type { Panel } from '../../../dashboards/panels/panel.ts';
import type { SavedSamples } from '../../record/samples.ts';
import { type HostSeries, type MissingNodes, nodeSeries, type ResourceSeries } from './find-saturation.ts';

const byNode = 'sum by (role, group, node)';
const byGroup = 'sum by (group)';
const run = 'run=~"$run"';
const cpuUsed = `${byNode} (rate(container_cpu_usage_seconds_total{${run}}[$window]))`;
const byHost = 'sum by (host)';
const hostTotal = `${byHost} (rate(node_cpu_seconds_total{${run}}[$window]))`;
const hostUse = `1 - ${byHost} (rate(node_cpu_seconds_total{${run}, mode=~"idle|iowait"}[$window])) / ${hostTotal}`;
const ownUse = `${byHost} (rate(container_cpu_usage_seconds_total{${run}}[$window])) / ${hostTotal}`;

/**
 * A limit that has just been lowered counts once no byte of before is left in the range of the rate: hence its maximum there. No limit
 * is +Inf. Headers are counted although the rate is of payload, so a full link comes to 1 to 1.05.
 */
function linkUse(counter: 'transmit' | 'receive', direction: 'uplink' | 'downlink'): string {
  const used = `${byNode} (rate(container_network_${counter}_bytes_total{${run}}[$window]))`;
  const limit = `max_over_time(topolab_link_bytes_per_second{${run}, direction="${direction}"}[$window])`;
  return `${used} / on (group) group_left () (max by (group) (${limit}) < +Inf)`;
}

function resource(id: string, title: string, expr: string): Panel {
  return { id, title, help: title, unit: 'share', queries: [{ expr, legend: '{{node}}' }] };
}

const cpu = resource(
  'resource-cpu',
  'CPU used of the limit',
  `${cpuUsed} / ${byNode} (container_spec_cpu_cores{${run}})`,
);
const throttled = resource(
  'resource-throttled',
  'Scheduler periods held back',
  `${byNode} (rate(container_cpu_cfs_throttled_periods_total{${run}}[$window])) / (${byNode} (rate(container_cpu_cfs_periods_total{${run}}[$window])) > 0)`,
);
const memory = resource(
  'resource-memory',
  'Working set of the limit',
  `${byNode} (container_memory_working_set_bytes{${run}}) / ${byNode} (container_spec_memory_limit_bytes{${run}})`,
);
const uplink = resource('resource-uplink', 'Sent, of the rate of the link', linkUse('transmit', 'uplink'));
const downlink = resource(
  'resource-downlink',
  'Received, of the rate of the link',
  linkUse('receive', 'downlink'),
);
const hostBusy = resource('resource-host-busy', 'CPU of each host that is not idle', hostUse);
const hostOwn = resource('resource-host-own', "CPU of each host used by the run's containers", ownUse);
const hostStolen = resource(
  'resource-host-stolen',
  'CPU of each host that a hypervisor gave to others',
  `${byHost} (rate(node_cpu_seconds_total{${run}, mode="steal"}[$window])) / ${hostTotal}`,
);

/**
 * Nodes that have a limit, by group, less those of which there are samples to hold against it. A node that starts or goes is missing for a
 * moment.
 */
function missing(limit: string, used: string, spec: string): string {
  const limited = `${byGroup} (topolab_group_nodes{${run}, state="ready"}) and on (group) ${limit}{${run}}`;
  const seen = `${byGroup} (count by (group, node) (${used}{${run}} and on (group, node) ${spec}{${run}}) > bool 0)`;
  return `(${limited}) - on (group) (${seen} or on (group) 0 * ${byGroup} (topolab_group_nodes{${run}, state="ready"}))`;
}

const unwatchedCpu = resource(
  'resource-unwatched-cpu',
  'Nodes with a CPU limit of which no sample came',
  missing('topolab_group_cpu_limit_cores', 'container_cpu_usage_seconds_total', 'container_spec_cpu_cores'),
);
const unwatchedMemory = resource(
  'resource-unwatched-memory',
  'Nodes with a memory limit of which no sample came',
  missing(
    'topolab_group_memory_limit_bytes',
    'container_memory_working_set_bytes',
    'container_spec_memory_limit_bytes',
  ),
);

export const resourcePanels: readonly Panel[] = [
  cpu,
  throttled,
  memory,
  uplink,
  downlink,
  hostBusy,
  hostOwn,
  hostStolen,
  unwatchedCpu,
  unwatchedMemory,
];

/** What the agent calls the role of a load generator. */
export const GENERATOR_ROLE = 'generator';

/** The saved series of `resourcePanels`. */
export function resourceSeriesOf({ panels, stepSeconds }: SavedSamples): ResourceSeries {
  const nodes = ({ id }: Panel) => nodeSeries(panels[id] ?? []);
  const missingOf = ({ id }: Panel, resource: MissingNodes['resource']) =>
    (panels[id] ?? []).map(({ labels, points }) => ({ resource, group: labels['group'] ?? '', points }));
  return {
    stepSeconds,
    cpu: nodes(cpu),
    throttled: nodes(throttled),
    memory: nodes(memory),
    uplink: nodes(uplink),
    downlink: nodes(downlink),
    hosts: hostsOf(panels),
    unwatched: [...missingOf(unwatchedCpu, 'cpu'), ...missingOf(unwatchedMemory, 'memory')],
  };
}

function hostsOf(panels: SavedSamples['panels']): HostSeries[] {
  const seriesOf = ({ id }: Panel) => panels[id] ?? [];
  const names = new Set(
    [hostBusy, hostOwn, hostStolen].flatMap((panel) =>
      seriesOf(panel).map(({ labels }) => labels['host'] ?? ''),
    ),
  );
  return [...names].map((name) => {
    const points = (panel: Panel) =>
      seriesOf(panel).find(({ labels }) => (labels['host'] ?? '') === name)?.points ?? [];
    return {
      host: names.size > 1 ? name : null,
      busy: points(hostBusy),
      own: points(hostOwn),
      stolen: points(hostStolen),
    };
  });
}
