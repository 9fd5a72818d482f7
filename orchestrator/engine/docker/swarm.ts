// Docker Swarm through a manager's API: its machines, and a service that runs on each of them.
import { z } from 'zod';
import { TopolabError } from '../../errors.ts';
import { unlessSilent } from '../engine-silent.ts';
import type {
  GlobalServiceSpec,
  SwarmManager,
  SwarmNode,
  SwarmService,
  SwarmTask,
} from '../swarm-manager.ts';
import type { Daemon } from './daemon.ts';
import { causeOf, unlessGone, withoutLeader } from './docker-errors.ts';
import { removeOnceUnused } from './networks.ts';
import { socketInSwarm } from './own-socket.ts';

/** A network is refused its removal until the Swarm has seen the tasks in it end. */
const removeAttempts = 300;

const Resources = z.object({ NanoCPUs: z.number().optional(), MemoryBytes: z.number().optional() });

const Node = z.object({
  ID: z.string(),
  Spec: z.object({
    Labels: z.record(z.string(), z.string()).nullish(),
    Role: z.string(),
    Availability: z.enum(['active', 'pause', 'drain']),
  }),
  Description: z.object({
    Hostname: z.string().optional(),
    Resources: Resources.optional(),
    Platform: z.object({ Architecture: z.string(), OS: z.string() }).nullish(),
  }),
  Status: z.object({ State: z.string() }),
});

const Task = z.object({
  CreatedAt: z.string(),
  NodeID: z.string().optional(),
  DesiredState: z.string(),
  Spec: z.object({ Resources: z.object({ Reservations: Resources.nullish() }).nullish() }),
  Status: z.object({
    State: z.string(),
    Err: z.string().optional(),
    ContainerStatus: z.object({ ContainerID: z.string().optional() }).nullish(),
  }),
  NetworksAttachments: z.array(z.object({ Addresses: z.array(z.string()).nullish() })).nullish(),
});
type Task = z.infer<typeof Task>;

/** @param nodeId of the daemon's own machine. */
export function createSwarmManager(daemon: Daemon, nodeId: string): SwarmManager {
  return {
    nodeId,
    nodes: () => led('list the hosts of the Swarm', listNodes(daemon)),
    createGlobalService: (spec) => createGlobalService(daemon, spec),
    servicesWith: (label) => led('list the services of the Swarm', servicesWith(daemon, label)),
    tasksOf: (service) => led(`list the tasks of service ${service}`, tasksOf(daemon, service)),
    removeGlobalService: (name) => led(`remove service ${name}`, removeGlobalService(daemon, name)),
  };
}

async function led<T>(attempted: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw withoutLeader(attempted, error) ?? error;
  }
}

async function servicesWith(daemon: Daemon, label: string): Promise<readonly SwarmService[]> {
  const services = await daemon.docker.listServices({ filters: { label: [label] } });
  return services.map(({ Spec: spec, CreatedAt: createdAt = '' }) => ({
    name: spec?.Name ?? '',
    labels: spec?.Labels ?? {},
    createdAt: toNanoseconds(createdAt),
  }));
}

/** `2026-11-30T22:12:05.12Z` → `2026-11-30T22:12:05.120000000Z`: zeros at the end are left out, and as they are, such texts don't sort by time. */
function toNanoseconds(time: string): string {
  return time.replace(/(?:\.(\d+))?Z$/, (_, fraction: string = '') => `.${fraction.padEnd(9, '0')}Z`);
}

async function listNodes(daemon: Daemon): Promise<readonly SwarmNode[]> {
  const [nodes, tasks] = await Promise.all([
    daemon.docker.listNodes(),
    listTasks(daemon, { 'desired-state': ['running'] }),
  ]);
  return z
    .array(Node)
    .parse(nodes)
    .map(
      ({
        ID: id,
        Spec: spec,
        Description: { Hostname, Resources: has, Platform: platform },
        Status: status,
      }) => {
        const reservations = tasks
          .filter(({ NodeID }) => NodeID === id)
          .map(({ Spec: { Resources: wanted } }) => wanted?.Reservations);
        return {
          id,
          hostName: Hostname || id,
          labels: spec.Labels ?? {},
          isManager: spec.Role === 'manager',
          isReady: status.State === 'ready',
          availability: spec.Availability,
          ...(platform && { platform: `${platform.OS}/${platform.Architecture}` }),
          cpus: (has?.NanoCPUs ?? 0) / 1e9,
          memoryBytes: has?.MemoryBytes ?? 0,
          reserved: {
            cpus: sum(reservations.map((each) => each?.NanoCPUs)) / 1e9,
            memoryBytes: sum(reservations.map((each) => each?.MemoryBytes)),
          },
        };
      },
    );
}

async function tasksOf(daemon: Daemon, service: string): Promise<readonly SwarmTask[]> {
  const tasks = await listTasks(daemon, { service: [service] });
  const latest = new Map<string, Task>();
  for (const task of tasks.toSorted((one, other) => one.CreatedAt.localeCompare(other.CreatedAt)))
    if (task.NodeID !== undefined) latest.set(task.NodeID, task);
  return [...latest].map(([nodeId, { Status: status, NetworksAttachments: attachments }]) => ({
    nodeId,
    state: status.State,
    error: status.Err ?? '',
    containerId: status.ContainerStatus?.ContainerID || undefined,
    address: attachments?.[0]?.Addresses?.[0]?.replace(/\/\d+$/, '') ?? '',
  }));
}

async function listTasks(daemon: Daemon, filters: Record<string, string[]>): Promise<readonly Task[]> {
  return z.array(Task).parse(await daemon.docker.listTasks({ filters: JSON.stringify(filters) }));
}

async function createGlobalService(daemon: Daemon, spec: GlobalServiceSpec): Promise<void> {
  try {
    await daemon.docker.createNetwork({
      Name: spec.name,
      Labels: { ...spec.labels },
      Driver: 'overlay',
      CheckDuplicate: true,
    });
    // Without the first argument, dockerode hands the whole service to the registry as credentials.
    await daemon.docker.createService(spec.auth ?? {}, serviceOptions(spec, socketInSwarm(process.env)));
  } catch (error) {
    await removeGlobalService(daemon, spec.name).catch(() => undefined);
    throw (
      withoutLeader(`create service ${spec.name}`, error) ??
      new TopolabError(
        `service ${spec.name} could not be created: ${causeOf(error)}`,
        unlessSilent(error, { code: 'service-not-created' }),
      )
    );
  }
}

async function removeGlobalService(daemon: Daemon, name: string): Promise<void> {
  await unlessGone(daemon.docker.getService(name).remove());
  await removeOnceUnused(daemon, name, removeAttempts);
}

/** Its tasks are asked for by their own addresses: a kernel may lack what a virtual one takes (IPVS). */
function serviceOptions(spec: GlobalServiceSpec, engineSocket: string) {
  return {
    Name: spec.name,
    Labels: { ...spec.labels },
    Mode: { Global: {} },
    EndpointSpec: { Mode: 'dnsrr' as const },
    TaskTemplate: {
      ContainerSpec: {
        Image: spec.image,
        Command: [...spec.command],
        Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
        // The socket's owner.
        User: '0:0',
        ReadOnly: true,
        CapabilityDrop: ['ALL'],
        Mounts: [{ Type: 'bind' as const, Source: engineSocket, Target: spec.engineSocket, ReadOnly: true }],
      },
      Resources: { Limits: { MemoryBytes: spec.memoryBytes } },
      RestartPolicy: { Condition: 'any', Delay: 1e9 },
      Networks: [{ Target: spec.name }],
      Placement: { Constraints: ['node.platform.os==linux'] },
    },
  };
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
