import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  containerGroup,
  parseCpuMax,
  parseMemoryLimit,
  parseNetDev,
  parseProcCgroup,
} from '../../../node-image/agent/cgroup-files.ts';
import { renderContainers } from '../../../node-image/agent/container-metrics.ts';
import { ContainerReader, type ContainerReading } from '../../../node-image/agent/container-reading.ts';
import { renderHost } from '../../../node-image/agent/host-metrics.ts';

const containerId = '1f2e3d4c5b6a7988'.repeat(4);
const fixture = (path: string): string =>
  fileURLToPath(new URL(`../../fixtures/cgroups/${path}`, import.meta.url));
const readerOf = (version: string): ContainerReader =>
  new ContainerReader(fixture(`${version}/cgroup`), fixture(`${version}/proc`));

function read(version: string, id = containerId, pid = 4242): ContainerReading {
  const reading = readerOf(version).read(id, pid);
  if (reading === undefined) throw new Error('the fixture is not readable');
  return reading;
}

describe('counters of a container', () => {
  test('are read from control groups of version 1', () => {
    expect(read('v1')).toMatchObject({
      quotaMicroseconds: 50_000,
      periodMicroseconds: 100_000,
      memoryLimitBytes: 64 * 1024 * 1024,
      outOfMemoryKills: 0,
      cpuPressure: undefined,
    });
    expect(read('v1').cpuSeconds).toBeGreaterThan(0.1);
    expect(read('v1').memoryBytes).toBeGreaterThan(10_000_000);
    expect(read('v1').network?.receivedBytes).toBeGreaterThan(1000);
    expect(read('v1').startedAt).toBeGreaterThan(1_700_000_000);
  });

  test('are read from control groups of version 2, also when the process sits in a group below', () => {
    expect(read('v2')).toMatchObject({
      cpuSeconds: 12.345678,
      periods: 400,
      throttledPeriods: 120,
      throttledSeconds: 9.5,
      quotaMicroseconds: 20_000,
      periodMicroseconds: 100_000,
      memoryBytes: 41_943_040,
      inactiveFileBytes: 8_388_608,
      memoryLimitBytes: undefined,
      outOfMemoryKills: 1,
      cpuPressure: { some: 2.5, full: 1.5 },
      memoryPressure: { some: 0.004, full: 0.003 },
    });
  });

  test.each(['v1', 'v2'])('a process of another container is not read (%s)', (version) => {
    expect(readerOf(version).read('0'.repeat(64), 4242)).toBeUndefined();
  });

  test.each(['v1', 'v2'])('a process that is gone is not read (%s)', (version) => {
    expect(readerOf(version).read(containerId, 4243)).toBeUndefined();
  });

  test('are rendered under the names of cAdvisor, without those that are unknown', () => {
    const text = renderContainers([{ labels: {}, reading: read('v2') }]);
    expect(text).toContain(
      '# TYPE container_cpu_usage_seconds_total counter\ncontainer_cpu_usage_seconds_total 12.345678\n',
    );
    expect(text).toContain('\ncontainer_spec_cpu_cores 0.2\n');
    expect(text).toContain(`\ncontainer_memory_working_set_bytes ${41_943_040 - 8_388_608}\n`);
    expect(text).not.toContain('container_spec_memory_limit_bytes');
  });
});

describe('an exposition of several containers', () => {
  test('keeps series of one name together, each with the labels of its container', () => {
    const text = renderContainers([
      { labels: { node: 'a' }, reading: read('v2') },
      { labels: { node: 'say "b"' }, reading: read('v1') },
    ]);
    expect(text.match(/# TYPE container_cpu_usage_seconds_total/g)).toHaveLength(1);
    expect(text).toMatch(
      /container_cpu_usage_seconds_total\{node="a"\} [\d.]+\ncontainer_cpu_usage_seconds_total\{node="say \\"b\\""\} [\d.]+\n/,
    );
  });

  test('is empty where there are none', () => {
    expect(renderContainers([])).toBe('');
  });
});

describe('files of the kernel', () => {
  test('controllers that share a hierarchy are found each by its name', () => {
    const { controllers, unified } = parseProcCgroup('4:cpu,cpuacct:/docker/abc\n1:name=systemd:/x\n0::/y\n');
    expect(controllers.get('cpuacct')).toEqual({ hierarchy: 'cpu,cpuacct', path: '/docker/abc' });
    expect(unified).toBe('/y');
  });

  test('a group path is cut behind the part with the id', () => {
    expect(containerGroup('/a/docker-77.scope/init/x', '77')).toBe('/a/docker-77.scope');
    expect(containerGroup('/a/b', '77')).toBeUndefined();
  });

  test('a limit may be absent', () => {
    expect(parseCpuMax('max 100000\n')).toEqual({ quota: undefined, period: 100_000 });
    expect(parseMemoryLimit('max\n')).toBeUndefined();
    expect(parseMemoryLimit('9223372036854771712\n')).toBeUndefined();
    expect(parseMemoryLimit('1024\n')).toBe(1024);
  });

  test('interfaces are summed without loopback and what a shaped link is led through', () => {
    const line = (name: string): string => `${name}: 10 2 0 1 0 0 0 0 20 4 0 3 0 0 0 0`;
    expect(
      parseNetDev(['head|', line('    lo'), line('  eth0'), line('topolab0'), line('eth1')].join('\n')),
    ).toEqual({
      receivedBytes: 20,
      receivedPackets: 4,
      receivedDrops: 2,
      sentBytes: 40,
      sentPackets: 8,
      sentDrops: 6,
    });
  });

  test('the host has its CPUs by mode', () => {
    const text = renderHost({
      stat: 'cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 100 0 200 5000 0 0 0 42 0 0\nbtime 1\n',
      loadavg: '0.50 0.4 0.3 1/100 1234\n',
      meminfo: 'MemTotal:       1000 kB\nMemAvailable:    500 kB\n',
    });
    expect(text).toContain('node_cpu_seconds_total{cpu="0",mode="steal"} 0.42\n');
    expect(text).toContain('node_load1 0.5\n');
    expect(text).toContain('node_memory_MemAvailable_bytes 512000\n');
  });

  test('the host has what goes through its interfaces to others, and not what its own containers tell each other', () => {
    const line = (name: string): string => `${name}: 1000 2 0 1 0 0 0 0 3000 4 0 3 0 0 0 0`;
    const inner = ['    lo', 'docker0', 'br-46f2647f5c92', 'vethf3ad9ae', '  ifb0'];
    const netDev = ['head|', ...inner.map(line), line('  eth0'), line('enp3s0')].join('\n');
    const text = renderHost({ stat: '', loadavg: '', meminfo: '', netDev });
    expect(text.split('\n').filter((each) => each.startsWith('node_network'))).toEqual([
      'node_network_receive_bytes_total{device="eth0"} 1000',
      'node_network_receive_bytes_total{device="enp3s0"} 1000',
      'node_network_transmit_bytes_total{device="eth0"} 3000',
      'node_network_transmit_bytes_total{device="enp3s0"} 3000',
    ]);
  });
});
