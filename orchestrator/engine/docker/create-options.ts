// A container spec in the words of the Docker API. Pure.
//
// `Init` (a small process 1 that reaps zombies and forwards signals) is never asked for. Signals and freezes must hit the
// node's own process rather than a proxy for it, the exit code must be the process's own, and some installations of
// Docker have no docker-init at all. Images that need one bring it in their entrypoint; commands run by exec are reaped
// by containerd, not by process 1.
import type Docker from 'dockerode';
import { type ContainerSpec, type HealthCheck, ordinaryCapabilities } from '../engine.ts';

/** Enough of each node's log for a report, little enough for hundreds of nodes on one disk. */
const logConfig = { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '2' } };

/** User and group of hardened containers: `nonroot` in distroless images, unused in Debian's. */
const unprivilegedUser = '65532:65532';
const hardenedPidsLimit = 64;
/** Enough for a database with a process a connection, too few to fill the host's table (32,768 on small machines). */
const ordinaryPidsLimit = 4096;
/** Of the host's memory, for a container without a limit: one that leaks is ended before it takes the host with it. */
const ordinaryMemoryShare = 0.5;
/** Docker's, of a container for which none are asked. */
const defaultCpuShares = 1024;

/** What a container without a memory limit of its own gets, in bytes. */
export function ordinaryMemoryBytes(hostMemoryBytes: number): number {
  return Math.floor(hostMemoryBytes * ordinaryMemoryShare);
}

/**
 * @param hostMemoryBytes of the engine's host.
 * @param engineSocket the engine's own socket, as its host names it.
 */
export function createOptions(
  spec: ContainerSpec,
  hostMemoryBytes: number,
  engineSocket?: string,
): Docker.ContainerCreateOptions {
  const user = spec.user ?? (spec.hardened ? unprivilegedUser : undefined);
  return {
    name: spec.name,
    Image: spec.image,
    ...(spec.platform !== undefined && { platform: spec.platform }),
    Labels: { ...spec.labels },
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    // The engine takes an empty list for none given, and an empty word for none at all.
    ...(spec.entrypoint && { Entrypoint: spec.entrypoint.length === 0 ? [''] : [...spec.entrypoint] }),
    ...(spec.command && { Cmd: [...spec.command] }),
    ...(user !== undefined && { User: user }),
    ...(spec.workdir !== undefined && { WorkingDir: spec.workdir }),
    ...(spec.stopSignal !== undefined && { StopSignal: spec.stopSignal }),
    ...(spec.healthCheck && { Healthcheck: healthConfig(spec.healthCheck) }),
    ExposedPorts: Object.fromEntries((spec.publish ?? []).map((port) => [`${port.containerPort}/tcp`, {}])),
    HostConfig: {
      LogConfig: logConfig,
      RestartPolicy: { Name: spec.restart ?? 'no' },
      ...limits(spec, hostMemoryBytes),
      ...privileges(spec),
      Mounts: [...mounts(spec), ...socketMount(spec, engineSocket)],
      ...temporaryFiles(spec),
      PortBindings: portBindings(spec),
      NetworkMode: networkMode(spec),
      ...(spec.shmBytes !== undefined && { ShmSize: spec.shmBytes }),
      ...(spec.ulimits && { Ulimits: ulimits(spec.ulimits) }),
    },
    ...(spec.network && {
      NetworkingConfig: { EndpointsConfig: { [spec.network.id]: { Aliases: [...spec.network.aliases] } } },
    }),
  };
}

const NANOSECONDS_PER_MS = 1e6;

function healthConfig({ command, retries, ...times }: HealthCheck): Docker.HealthConfig {
  return {
    Test: ['CMD', ...command],
    Interval: times.intervalMs * NANOSECONDS_PER_MS,
    Timeout: times.timeoutMs * NANOSECONDS_PER_MS,
    StartPeriod: times.startPeriodMs * NANOSECONDS_PER_MS,
    Retries: retries,
  };
}

function ulimits(limits: NonNullable<ContainerSpec['ulimits']>): Docker.Ulimit[] {
  return Object.entries(limits).map(([name, { soft, hard }]) => ({ Name: name, Soft: soft, Hard: hard }));
}

/** Swap equal to memory means no swap: a node at its limit must be seen as such, not slow down the host's disk. */
function limits(spec: ContainerSpec, hostMemoryBytes: number): Docker.HostConfig {
  const memory = spec.memoryBytes ?? ordinaryMemoryBytes(hostMemoryBytes);
  return {
    ...(spec.cpuWeight !== undefined && { CpuShares: Math.round(spec.cpuWeight * defaultCpuShares) }),
    ...(spec.cpus !== null && { NanoCpus: Math.round(spec.cpus * 1e9) }),
    Memory: memory,
    MemorySwap: memory,
    PidsLimit: spec.pidsLimit ?? (spec.hardened ? hardenedPidsLimit : ordinaryPidsLimit),
  };
}

function privileges(spec: ContainerSpec): Docker.HostConfig {
  const capabilities = spec.capabilities ?? (spec.hardened ? [] : ordinaryCapabilities);
  return {
    CapDrop: ['ALL'],
    CapAdd: [...capabilities],
    ReadonlyRootfs: spec.readOnlyRoot ?? spec.hardened ?? false,
    SecurityOpt: [
      ...(spec.newPrivileges ? [] : ['no-new-privileges']),
      ...(spec.seccomp === undefined ? [] : [`seccomp=${spec.seccomp}`]),
      // SELinux keeps containers from the socket of the engine, and so does a user namespace below.
      ...(spec.engineSocket === undefined ? [] : ['label=disable']),
    ],
    ...(spec.engineSocket !== undefined && { UsernsMode: 'host' }),
    ...(spec.hostPid && { PidMode: 'host', CgroupnsMode: 'host' as const }),
  };
}

function mounts({ mounts: given = [] }: ContainerSpec): Docker.MountSettings[] {
  return given.map((mount) => {
    switch (mount.kind) {
      case 'volume':
        return {
          Type: 'volume',
          Source: mount.volume,
          Target: mount.path,
          ReadOnly: mount.readOnly ?? false,
        };
      case 'bind':
        return { Type: 'bind', Source: mount.source, Target: mount.path, ReadOnly: mount.readOnly };
      case 'tmpfs':
        return {
          Type: 'tmpfs',
          Source: '',
          Target: mount.path,
          TmpfsOptions: { SizeBytes: mount.sizeBytes, Mode: 0o1777 },
        };
      case 'folder':
      case 'image-folder':
        return {
          Type: 'volume',
          // One without a name is the container's own, and goes with it.
          Source: '',
          Target: mount.path,
          ReadOnly: false,
          VolumeOptions: {
            NoCopy: mount.kind === 'folder',
            Labels: {},
            DriverConfig: { Name: '', Options: {} },
          },
        };
    }
  });
}

function socketMount(spec: ContainerSpec, source: string | undefined): Docker.MountSettings[] {
  if (spec.engineSocket === undefined || source === undefined) return [];
  return [{ Type: 'bind', Source: source, Target: spec.engineSocket, ReadOnly: true }];
}

/** Its pages count as the container's memory, so the memory limit bounds it. */
function temporaryFiles(spec: ContainerSpec): Docker.HostConfig {
  const needsTmp = spec.hardened === true && !spec.mounts?.some((mount) => mount.path === '/tmp');
  return needsTmp ? { Tmpfs: { '/tmp': 'rw,nosuid,nodev,mode=1777' } } : {};
}

function networkMode({ network, networkOf, publish }: ContainerSpec): string {
  if (networkOf !== undefined) return `container:${networkOf}`;
  return network?.id ?? (publish === undefined ? 'none' : 'bridge');
}

/** Loopback only: a test network is nobody else's business. */
function portBindings(spec: ContainerSpec): Record<string, { HostIp: string; HostPort: string }[]> {
  return Object.fromEntries(
    (spec.publish ?? []).map(({ containerPort, hostPort }) => [
      `${containerPort}/tcp`,
      [{ HostIp: '127.0.0.1', HostPort: hostPort === 0 ? '' : String(hostPort) }],
    ]),
  );
}
