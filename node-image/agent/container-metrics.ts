// Readings of containers under cAdvisor's metric names, so that dashboards and people's habits carry over.
import type { ContainerReading } from './container-reading.ts';
import { type Metric, renderLabels, renderMetrics } from './exposition.ts';

export interface LabelledReading {
  readonly labels: Readonly<Record<string, string>>;
  readonly reading: ContainerReading;
}

/** All containers in one exposition, as cAdvisor does it: a container that joins is in the very next scrape. */
export function renderContainers(readings: readonly LabelledReading[]): string {
  const byContainer = readings.map(({ labels, reading }) => {
    const metrics = [...cpu(reading), ...memory(reading), ...network(reading), ...pressure(reading)];
    return { metrics, labels: renderLabels(labels) };
  });
  // Every container has the same list of metrics, some without a value: metric by metric keeps equal names together.
  const names = byContainer[0]?.metrics ?? [];
  return renderMetrics(
    names.flatMap((_, index) =>
      byContainer.flatMap(({ metrics, labels }) => {
        const metric = metrics[index];
        return metric === undefined ? [] : [{ ...metric, labels }];
      }),
    ),
  );
}

function counter(name: string, value: number | undefined, help: string): Metric {
  return { name, type: 'counter', help, value };
}

function gauge(name: string, value: number | undefined, help: string): Metric {
  return { name, type: 'gauge', help, value };
}

function cpu(reading: ContainerReading): Metric[] {
  const { quotaMicroseconds: quota, periodMicroseconds: period } = reading;
  const cores = quota === undefined || period === undefined ? undefined : quota / period;
  return [
    counter('container_cpu_usage_seconds_total', reading.cpuSeconds, 'CPU time used'),
    counter('container_cpu_cfs_periods_total', reading.periods, 'Enforcement periods that have passed'),
    counter('container_cpu_cfs_throttled_periods_total', reading.throttledPeriods, 'Periods with throttling'),
    counter('container_cpu_cfs_throttled_seconds_total', reading.throttledSeconds, 'Time spent throttled'),
    gauge('container_spec_cpu_quota', quota, 'CPU limit, microseconds a period'),
    gauge('container_spec_cpu_period', period, 'Length of a period, microseconds'),
    gauge('container_spec_cpu_cores', cores, 'CPU limit, cores'),
    gauge('container_start_time_seconds', reading.startedAt, 'Start, seconds since 1970'),
  ];
}

function memory(reading: ContainerReading): Metric[] {
  const { memoryBytes, inactiveFileBytes = 0 } = reading;
  const workingSet = memoryBytes === undefined ? undefined : Math.max(0, memoryBytes - inactiveFileBytes);
  return [
    gauge('container_memory_usage_bytes', memoryBytes, 'Memory in use, page cache included'),
    gauge(
      'container_memory_working_set_bytes',
      workingSet,
      'Memory in use that cannot be taken back at once',
    ),
    gauge('container_spec_memory_limit_bytes', reading.memoryLimitBytes, 'Memory limit'),
    counter('container_oom_events_total', reading.outOfMemoryKills, 'Processes killed for lack of memory'),
  ];
}

function network({ network: net }: ContainerReading): Metric[] {
  return [
    counter('container_network_receive_bytes_total', net?.receivedBytes, 'Bytes received'),
    counter('container_network_receive_packets_total', net?.receivedPackets, 'Packets received'),
    counter(
      'container_network_receive_packets_dropped_total',
      net?.receivedDrops,
      'Received packets dropped',
    ),
    counter('container_network_transmit_bytes_total', net?.sentBytes, 'Bytes sent'),
    counter('container_network_transmit_packets_total', net?.sentPackets, 'Packets sent'),
    counter('container_network_transmit_packets_dropped_total', net?.sentDrops, 'Packets to send dropped'),
  ];
}

function pressure({ cpuPressure, memoryPressure }: ContainerReading): Metric[] {
  const named = (what: string, kind: string): string => `container_pressure_${what}_${kind}_seconds_total`;
  return [
    counter(named('cpu', 'waiting'), cpuPressure?.some, 'Time in which some task waited for CPU'),
    counter(named('cpu', 'stalled'), cpuPressure?.full, 'Time in which all tasks waited for CPU'),
    counter(named('memory', 'waiting'), memoryPressure?.some, 'Time in which some task waited for memory'),
    counter(named('memory', 'stalled'), memoryPressure?.full, 'Time in which all tasks waited for memory'),
  ];
}
