// The host's CPU, load and memory under node_exporter's names: proof that the machine itself was not what ran out.
import { type Metric, renderMetrics } from './exposition.ts';

const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const ticksPerSecond = 100;

export interface HostFiles {
  /** /proc/stat */
  readonly stat: string;
  /** /proc/loadavg */
  readonly loadavg: string;
  /** /proc/meminfo */
  readonly meminfo: string;
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
  ]);
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
