import { expect, test } from 'vitest';
import {
  resourcePanels,
  resourceSeriesOf,
} from '../../../../orchestrator/measure/saturation/resource-panels.ts';
import { Metric } from '../../../../orchestrator/metrics/metric-names.ts';

const exprOf = (id: string) => resourcePanels.find((panel) => panel.id === id)?.queries[0]?.expr ?? '';

test('every resource is read from the series that was saved for it', () => {
  const labels = { node: 'a-1', group: 'a', role: 'server' };
  const panels = Object.fromEntries(
    resourcePanels.map(({ id }, index) => [id, [{ labels, legend: 'a-1', points: [[0, index] as const] }]]),
  );
  const series = resourceSeriesOf({ stepSeconds: 1, panels });
  const first = (found: typeof series.cpu) => found[0]?.points[0]?.[1];
  const found = [
    first(series.cpu),
    first(series.throttled),
    first(series.memory),
    first(series.uplink),
    first(series.downlink),
    ...series.hosts.flatMap(({ busy, own, stolen }) => [busy, own, stolen].map((points) => points[0]?.[1])),
    ...series.unwatched.map(({ points }) => points[0]?.[1]),
  ];
  expect(found).toEqual(resourcePanels.map((_, index) => index));
});

test.each([
  ['resource-uplink', 'container_network_transmit_bytes_total', 'uplink'],
  ['resource-downlink', 'container_network_receive_bytes_total', 'downlink'],
])('%s holds what a node %s against the highest rate of its %s meanwhile', (id, counter, direction) => {
  const expr = exprOf(id);
  expect(expr).toContain(`(rate(${counter}{run=~"$run"}[$window]))`);
  // A rate that has just been lowered counts only once no byte of before is in the range; no limit is +Inf, and gives nothing.
  expect(expr).toContain(
    `max_over_time(${Metric.linkBytesPerSecond}{run=~"$run", direction="${direction}"}[$window])`,
  );
  expect(expr).toMatch(/< \+Inf\)$/);
});

test('what a hypervisor took is a share of all CPU time of the host', () => {
  expect(exprOf('resource-host-stolen')).toBe(
    'sum by (host) (rate(node_cpu_seconds_total{run=~"$run", mode="steal"}[$window])) / sum by (host) (rate(node_cpu_seconds_total{run=~"$run"}[$window]))',
  );
});

test('hosts are told apart where there are several, and have no name where there is one', () => {
  const cpuOf = (host: string, value: number) => ({
    labels: { host },
    legend: '',
    points: [[0, value]] as const,
  });
  const read = (...busy: readonly ReturnType<typeof cpuOf>[]) =>
    resourceSeriesOf({ stepSeconds: 1, panels: { 'resource-host-busy': busy } }).hosts;
  const none = { own: [], stolen: [] };
  expect(read(cpuOf('box1', 0.4), cpuOf('box2', 0.9))).toEqual([
    { host: 'box1', busy: [[0, 0.4]], ...none },
    { host: 'box2', busy: [[0, 0.9]], ...none },
  ]);
  expect(read(cpuOf('box1', 0.4))).toEqual([{ host: null, busy: [[0, 0.4]], ...none }]);
  expect(read()).toEqual([]);
});
