// The host's CPU, load, memory and network under node_exporter's names: proof that the machine itself was not what ran out.
import { readFileSync } from 'node:fs';
import { parseInterfaces } from './cgroup-files.ts';
import { type Metric, renderLabels, renderMetrics } from './exposition.ts';

const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const ticksPerSecond = 100;
/** Interfaces that lead to nobody else: loopback, and what joins containers and virtual machines of the host itself. */
const INNER = /^(?:lo|(?:veth|br-|docker|virbr|vnet|tap|cni|cali|flannel|ifb|dummy|vx).*)$/;

export interface HostFiles {
  /** /proc/stat */
  readonly stat: string;
  /** /proc/loadavg */
  readonly loadavg: string;
  /** /proc/meminfo */
  readonly meminfo: string;
  /** /proc/1/net/dev: the first process of the host is in its network, and whoever reads this is not. Left out where it is not to be read. */
  readonly netDev?: string;
}

/** From a container that sees the host's processes. */
export function readHost(): HostFiles {
  const file = (name: string): string => readFileSync(`/proc/${name}`, 'utf8');
  return {
    stat: file('stat'),
    loadavg: file('loadavg'),
    meminfo: file('meminfo'),
    ...networkOf(() => file('1/net/dev')),
  };
}

function networkOf(read: () => string): Pick<HostFiles, 'netDev'> {
  try {
    return { netDev: read() };
  } catch {
    return {};
  }
}

export function renderHost(files: HostFiles): string {
  const memory = (key: string): number | undefined => {
    const match = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(files.meminfo);
    return match === null ? undefined : Number(match[1]) * 1024;
  };
  const gauge = (name: string, help: string, value: number | undefined): Metric => ({
    name,
    type: 'gauge',
    help,
    value,
  });
  return renderMetrics([
    ...cpus(files.stat),
    gauge('node_load1', 'Load average of one minute', Number(files.loadavg.split(' ')[0])),
    gauge('node_memory_MemTotal_bytes', 'Memory of the host', memory('MemTotal')),
    gauge('node_memory_MemAvailable_bytes', 'Memory available without swapping', memory('MemAvailable')),
    ...networks(files.netDev ?? ''),
  ]);
}

function networks(netDev: string): Metric[] {
  const outer = [...parseInterfaces(netDev)].filter(([device]) => !INNER.test(device));
  const counters = (name: string, help: string, column: number): Metric[] =>
    outer.map(([device, counted]) => ({
      name,
      type: 'counter',
      help,
      labels: renderLabels({ device }),
      value: counted[column],
    }));
  return [
    ...counters('node_network_receive_bytes_total', 'Bytes that each interface has received', 0),
    ...counters('node_network_transmit_bytes_total', 'Bytes that each interface has sent', 8),
  ];
}

function cpus(stat: string): Metric[] {
  const metrics: Metric[] = [];
  for (const [, cpu = '', numbers = ''] of stat.matchAll(/^cpu(\d+) (.*)$/gm)) {
    const ticks = numbers.split(' ');
    for (const [index, mode] of modes.entries()) {
      metrics.push({
        name: 'node_cpu_seconds_total',
        type: 'counter',
        help: 'Time each CPU spent in each mode',
        labels: `{cpu="${cpu}",mode="${mode}"}`,
        value: Number(ticks[index] ?? 0) / ticksPerSecond,
      });
    }
  }
  return metrics;
}
