// Meaning of the kernel's files on a container: pure functions from their text. Version 1 and version 2 of control groups differ in
// nearly every name and unit; container-reading.ts brings them together.

/** Where a process is: its path in the unified hierarchy (v2) and in each controller's own (v1). */
export interface ProcessCgroups {
  readonly unified: string | undefined;
  /** Controller → the mounted hierarchy's name (`cpu,cpuacct`) and the path in it. */
  readonly controllers: ReadonlyMap<string, { readonly hierarchy: string; readonly path: string }>;
}

/** /proc/PID/cgroup: lines of `number:controllers:path`. */
export function parseProcCgroup(text: string): ProcessCgroups {
  let unified: string | undefined;
  const controllers = new Map<string, { hierarchy: string; path: string }>();
  for (const line of text.split('\n')) {
    const match = /^(\d+):([^:]*):(.*)$/.exec(line);
    if (match === null) continue;
    const [, number, hierarchy = '', path = ''] = match;
    if (number === '0' && hierarchy === '') unified = path;
    for (const controller of hierarchy.split(','))
      if (controller !== '') controllers.set(controller, { hierarchy, path });
  }
  return { unified, controllers };
}

/**
 * The container's own group: the path up to the part that holds its id (`/docker/ID`, `/system.slice/docker-ID.scope`), without
 * groups that it made below. Undefined where the id does not occur: the process is another's.
 */
export function containerGroup(path: string, containerId: string): string | undefined {
  const parts = path.split('/');
  const at = parts.findIndex((part) => part.includes(containerId));
  return at < 0 ? undefined : parts.slice(0, at + 1).join('/');
}

/** Files of lines `name number`: cpu.stat, memory.stat, memory.events, memory.oom_control. */
export function parseKeyed(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return values;
}

/** cpu.max (v2): `max 100000` or `20000 100000`, microseconds. Quota undefined = no limit. */
export function parseCpuMax(text: string): { quota: number | undefined; period: number } {
  const [quota = 'max', period = '100000'] = text.trim().split(' ');
  return { quota: quota === 'max' ? undefined : Number(quota), period: Number(period) };
}

/** A memory limit in bytes; undefined where there is none (`max`, or v1's largest number). */
export function parseMemoryLimit(text: string): number | undefined {
  const bytes = Number(text);
  return Number.isFinite(bytes) && bytes < 2 ** 62 ? bytes : undefined;
}

/** Pressure stall information (v2): seconds in which some, and in which all, tasks waited. */
export function parsePressure(text: string): { some: number | undefined; full: number | undefined } {
  const total = (kind: string): number | undefined => {
    const match = new RegExp(`^${kind} .*total=(\\d+)`, 'm').exec(text);
    return match === null ? undefined : Number(match[1]) / 1e6;
  };
  return { some: total('some'), full: total('full') };
}

/** freezer.state (v1): `THAWED`, `FREEZING` while some processes still run, or `FROZEN`. */
export function parseFreezerState(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text.trim() === 'FROZEN';
}

export interface NetworkCounters {
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly receivedDrops: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly sentDrops: number;
}

/**
 * Loopback, and the device through which a shaped link leads what reaches the node (orchestrator/faults/link/link-script.ts): it counts every byte
 * again, as received and as sent.
 */
const NOT_COUNTED: ReadonlySet<string> = new Set(['lo', 'topolab0']);

/** /proc/PID/net/dev, by interface: received bytes, packets, errors, drops, …; the same for sent from the ninth on. */
export function parseInterfaces(text: string): ReadonlyMap<string, readonly number[]> {
  const interfaces = text.split('\n').flatMap((line) => {
    const [, name, counters = ''] = /^\s*([^:]+):(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, counters.trim().split(/\s+/).map(Number)] as const];
  });
  return new Map(interfaces);
}

/** /proc/PID/net/dev, summed over the interfaces that lead out of the container. */
export function parseNetDev(text: string): NetworkCounters {
  const counted = [...parseInterfaces(text)].filter(([name]) => !NOT_COUNTED.has(name));
  const sum = (column: number): number =>
    counted.reduce((total, [, counters]) => total + (counters[column] ?? 0), 0);
  return {
    receivedBytes: sum(0),
    receivedPackets: sum(1),
    receivedDrops: sum(3),
    sentBytes: sum(8),
    sentPackets: sum(9),
    sentDrops: sum(11),
  };
}

/** /proc/PID/stat: the process's start, in ticks (1/100 s) after the machine's. */
export function parseStartTicks(text: string): number {
  // The name in brackets may hold anything; field 22 is the twentieth after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[19]);
}

/** The machine's start, seconds since 1970, from /proc/stat. */
export function parseBootTime(text: string): number {
  return Number(/^btime (\d+)/m.exec(text)?.[1] ?? 0);
}
