// One reading of a container's counters, from control groups of version 1 or 2 and from /proc. Reads synchronously: the kernel makes
// these files up in memory, and a turn through the thread pool would cost several times the read itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  containerGroup,
  type NetworkCounters,
  parseBootTime,
  parseCpuMax,
  parseFreezerState,
  parseKeyed,
  parseMemoryLimit,
  parseNetDev,
  parsePressure,
  parseProcCgroup,
  parseStartTicks,
  type ProcessCgroups,
} from './cgroup-files.ts';

/** Everything in seconds and bytes. Undefined = this kernel or this container does not have it. */
export interface ContainerReading {
  readonly cpuSeconds: number | undefined;
  readonly periods: number | undefined;
  readonly throttledPeriods: number | undefined;
  readonly throttledSeconds: number | undefined;
  /** Microseconds a period; undefined = no limit. */
  readonly quotaMicroseconds: number | undefined;
  readonly periodMicroseconds: number | undefined;
  readonly memoryBytes: number | undefined;
  /** Page cache that has not been used lately: memory the kernel can take back at once. */
  readonly inactiveFileBytes: number | undefined;
  readonly memoryLimitBytes: number | undefined;
  readonly outOfMemoryKills: number | undefined;
  readonly cpuPressure: { readonly some: number | undefined; readonly full: number | undefined } | undefined;
  readonly memoryPressure:
    | { readonly some: number | undefined; readonly full: number | undefined }
    | undefined;
  readonly network: NetworkCounters | undefined;
  /** Seconds since 1970. */
  readonly startedAt: number | undefined;
}

type Groups = Omit<ContainerReading, 'network' | 'startedAt'>;

const ticksPerSecond = 100;

export class ContainerReader {
  readonly #cgroupRoot: string;
  readonly #procRoot: string;
  readonly #bootTime: number;

  /**
   * @param cgroupRoot the host's /sys/fs/cgroup as seen from here
   * @param procRoot the /proc of the host's pid namespace
   */
  constructor(cgroupRoot: string, procRoot = '/proc') {
    this.#cgroupRoot = cgroupRoot;
    this.#procRoot = procRoot;
    this.#bootTime = parseBootTime(read(join(procRoot, 'stat')) ?? '');
  }

  /** Undefined where the process is gone, or is not the container's (process ids are used again). */
  read(containerId: string, pid: number): ContainerReading | undefined {
    const proc = join(this.#procRoot, String(pid));
    const cgroups = parseProcCgroup(read(join(proc, 'cgroup')) ?? '');
    const groups = this.#readGroups(cgroups, containerId);
    if (groups === undefined) return undefined;
    const net = read(join(proc, 'net/dev'));
    const stat = read(join(proc, 'stat'));
    return {
      ...groups,
      network: net === undefined ? undefined : parseNetDev(net),
      startedAt: stat === undefined ? undefined : this.#bootTime + parseStartTicks(stat) / ticksPerSecond,
    };
  }

  /** Whether the kernel has frozen all of its processes. Undefined where `read` says nothing, or the kernel does not tell. */
  isFrozen(containerId: string, pid: number): boolean | undefined {
    const cgroups = parseProcCgroup(read(join(this.#procRoot, String(pid), 'cgroup')) ?? '');
    const version1 = this.#directory(cgroups, 'freezer', containerId);
    if (version1 !== undefined) return parseFreezerState(read(join(version1, 'freezer.state')));
    const group = containerGroup(cgroups.unified ?? '', containerId);
    if (group === undefined) return undefined;
    const frozen = parseKeyed(read(join(this.#cgroupRoot, group, 'cgroup.events')) ?? '').get('frozen');
    return frozen === undefined ? undefined : frozen === 1;
  }

  #readGroups(cgroups: ProcessCgroups, containerId: string): Groups | undefined {
    const controller = cgroups.controllers.get('memory') ?? cgroups.controllers.get('cpu');
    if (controller !== undefined) {
      if (containerGroup(controller.path, containerId) === undefined) return undefined;
      return readVersion1((name) => this.#directory(cgroups, name, containerId));
    }
    const group = containerGroup(cgroups.unified ?? '', containerId);
    return group === undefined ? undefined : readVersion2(join(this.#cgroupRoot, group));
  }

  /** A controller's directory for the container (v1). */
  #directory(cgroups: ProcessCgroups, controller: string, containerId: string): string | undefined {
    const at = cgroups.controllers.get(controller);
    const group = at === undefined ? undefined : containerGroup(at.path, containerId);
    return at === undefined || group === undefined ? undefined : join(this.#cgroupRoot, at.hierarchy, group);
  }
}

function readVersion1(directory: (controller: string) => string | undefined): Groups {
  const file = (controller: string, name: string): string | undefined => {
    const folder = directory(controller);
    return folder === undefined ? undefined : read(`${folder}/${name}`);
  };
  const cpu = parseKeyed(file('cpu', 'cpu.stat') ?? '');
  const quota = numberOf(file('cpu', 'cpu.cfs_quota_us'));
  const limit = file('memory', 'memory.limit_in_bytes');
  return {
    cpuSeconds: scaled(numberOf(file('cpuacct', 'cpuacct.usage')), 1e9),
    periods: cpu.get('nr_periods'),
    throttledPeriods: cpu.get('nr_throttled'),
    throttledSeconds: scaled(cpu.get('throttled_time'), 1e9),
    quotaMicroseconds: quota === undefined || quota < 0 ? undefined : quota,
    periodMicroseconds: numberOf(file('cpu', 'cpu.cfs_period_us')),
    memoryBytes: numberOf(file('memory', 'memory.usage_in_bytes')),
    inactiveFileBytes: parseKeyed(file('memory', 'memory.stat') ?? '').get('total_inactive_file'),
    memoryLimitBytes: limit === undefined ? undefined : parseMemoryLimit(limit),
    outOfMemoryKills: parseKeyed(file('memory', 'memory.oom_control') ?? '').get('oom_kill'),
    cpuPressure: undefined,
    memoryPressure: undefined,
  };
}

function readVersion2(folder: string): Groups {
  const file = (name: string): string | undefined => read(`${folder}/${name}`);
  const cpu = parseKeyed(file('cpu.stat') ?? '');
  const max = file('cpu.max');
  const { quota, period } = max === undefined ? { quota: undefined, period: undefined } : parseCpuMax(max);
  const limit = file('memory.max');
  const cpuPressure = file('cpu.pressure');
  const memoryPressure = file('memory.pressure');
  return {
    cpuSeconds: scaled(cpu.get('usage_usec'), 1e6),
    periods: cpu.get('nr_periods'),
    throttledPeriods: cpu.get('nr_throttled'),
    throttledSeconds: scaled(cpu.get('throttled_usec'), 1e6),
    quotaMicroseconds: quota,
    periodMicroseconds: period,
    memoryBytes: numberOf(file('memory.current')),
    inactiveFileBytes: parseKeyed(file('memory.stat') ?? '').get('inactive_file'),
    memoryLimitBytes: limit === undefined ? undefined : parseMemoryLimit(limit),
    outOfMemoryKills: parseKeyed(file('memory.events') ?? '').get('oom_kill'),
    cpuPressure: cpuPressure === undefined ? undefined : parsePressure(cpuPressure),
    memoryPressure: memoryPressure === undefined ? undefined : parsePressure(memoryPressure),
  };
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text.trim() === '' ? undefined : Number(text);
}

/** Undefined where the file is not there, not readable, or went away while it was read. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
