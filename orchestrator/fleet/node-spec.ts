// Turns a group of the scenario into the container spec of one of its nodes.
import { type ContainerSpec, Label, ordinaryCapabilities } from '../engine/engine.ts';
import { observersAlias } from '../metrics/observers-network.ts';
import type {
  BalancerGroup,
  ClientGroup,
  Files,
  Group,
  PeerGroup,
  ServerGroup,
  StoreGroup,
  TrackerGroup,
} from '../scenario/groups/group.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { containerLimits, diskFileBytes, type Limits } from '../scenario/groups/container-limits.ts';
import type { TakenSecrets } from '../secrets/take-secrets.ts';
import { balancerProgram } from './balancer-program.ts';
import { swarmNeighbours } from '../scenario/groups/swarm-size.ts';

/** Of a peer's disk, beside its files. */
const spareDiskBytes = 32 * 1024 * 1024;
/** Its start as root makes the folder of the data the database user's, and becomes that user. */
const POSTGRES_CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'] as const;

export interface NodeContext {
  readonly run: string;
  readonly scenario: Scenario;
  readonly networkId: string;
  /** The observers' network, which balancers are on as well. */
  readonly observersId: string;
  /** Image references as they stand on the engine: the node image has its content hash as its tag. */
  readonly imageFor: (image: string) => string;
  readonly secrets: TakenSecrets;
  /** Of stores that are given none, and of whoever asks them. */
  readonly databasePassword: string;
}

/** The container of `node`, of `group`. */
export function nodeSpec(group: Group, node: string, limits: Limits, context: NodeContext): ContainerSpec {
  const { run, scenario, networkId, imageFor, secrets } = context;
  const handed = secrets.of(group.name);
  const common: ContainerSpec = {
    name: `topolab-${run}-${node}`,
    image: imageFor(group.image),
    labels: {
      [Label.run]: run,
      [Label.scenario]: scenario.name,
      [Label.group]: group.name,
      [Label.node]: node,
      [Label.role]: group.role,
    },
    env: { TOPOLAB_RUN: run, NODE_NAME: node, ...group.env, ...handed.env },
    ...(handed.files.length > 0 && { files: handed.files }),
    ...(group.command === null ? {} : { command: group.command }),
    ...containerLimits(group, limits),
    network: { id: networkId, aliases: [node, group.name] },
    ...privileges(group),
  };
  switch (group.role) {
    case 'server':
      return serverSpec(group, common, context);
    case 'balancer':
      return balancerSpec(group, node, common, context.observersId);
    case 'store':
      return storeSpec(group, common, context);
    case 'client':
      return clientSpec(group, common, scenario);
    case 'peer':
      return peerSpec(group, node, common, scenario);
    case 'tracker':
      return trackerSpec(group, common, scenario);
  }
}

/** What the programs of each image were seen to need, and what the group asks for beside. */
function privileges(
  group: Group,
): Pick<ContainerSpec, 'hardened' | 'capabilities' | 'newPrivileges' | 'pidsLimit'> {
  const { capabilities, newPrivileges, pids } = group;
  return {
    ...(isOwnProgram(group) && { hardened: true }),
    capabilities: [...new Set([...basicCapabilities(group), ...capabilities])],
    ...(newPrivileges && { newPrivileges }),
    ...(pids !== null && { pidsLimit: pids }),
  };
}

function basicCapabilities(group: Group): readonly string[] {
  if (group.foreignImage) return ordinaryCapabilities;
  return group.role === 'store' ? POSTGRES_CAPABILITIES : [];
}

function isOwnProgram({ role, foreignImage }: Group): boolean {
  return !foreignImage && role !== 'balancer' && role !== 'store';
}

function serverSpec(group: ServerGroup, common: ContainerSpec, context: NodeContext): ContainerSpec {
  const store = context.scenario.groups.find(({ name }) => name === group.store);
  const database = store === undefined ? {} : { DATABASE_URL: databaseUrl(store, context) };
  if (group.foreignImage) return { ...common, env: { ...database, ...common.env } };
  const sizes = Object.entries(group.files).map(([name, { sizeBytes }]) => [name, sizeBytes]);
  return {
    ...common,
    env: {
      ...database,
      PORT: String(group.port),
      REQUEST_COST_MS: String(group.requestCostMs),
      FILES: JSON.stringify(Object.fromEntries(sizes)),
      // Half of the grace, so that a server always ends by itself before it would be killed.
      DRAIN_MS: String(Math.floor(group.stopGraceMs / 2)),
      ...common.env,
    },
  };
}

function clientSpec(group: ClientGroup, common: ContainerSpec, scenario: Scenario): ContainerSpec {
  const asked = scenario.groups.find(({ name }) => name === group.asks);
  const asks = { ASKS: `http://${group.asks}:${asked?.port ?? 8080}` };
  if (group.foreignImage) return { ...common, env: { ...asks, ...common.env } };
  const env = {
    ...asks,
    ...nodeEnv(group),
    ...(group.helps && {
      HELPS: '1',
      FILES: filesText([group.files]),
      TRACKER: group.tracker ?? '',
      SWARM_NEIGHBOURS: String(swarmNeighbours(scenario)),
    }),
  };
  const spec = { command: ['client'], ...common, env: { ...env, ...common.env } };
  return group.helps ? withDisk(spec, group) : spec;
}

function peerSpec(group: PeerGroup, node: string, common: ContainerSpec, scenario: Scenario): ContainerSpec {
  const seeds = Number(node.slice(group.name.length + 1)) <= group.seeders;
  const env = {
    SERVICES: group.services.join(','),
    FILES: filesText([group.files]),
    DISCOVERY: group.discovery,
    ...(group.tracker !== null && { TRACKER: group.tracker }),
    ...(seeds && { SEEDER: '1' }),
    ...(group.services.includes('files') && { SWARM_NEIGHBOURS: String(swarmNeighbours(scenario)) }),
  };
  if (group.foreignImage) return { ...common, env: { ...env, ...common.env } };
  const spec = {
    command: ['peer'],
    ...common,
    env: { ...nodeEnv(group), ...env, ...common.env },
  };
  return withDisk(spec, group);
}

/** The tracker serves the files and services of all groups that name it. */
function trackerSpec(group: TrackerGroup, common: ContainerSpec, scenario: Scenario): ContainerSpec {
  if (group.foreignImage) return common;
  const served = scenario.groups.filter((other) => 'tracker' in other && other.tracker === group.name);
  const services = served.flatMap((other): readonly string[] => {
    return other.role === 'peer' ? other.services : ['files'];
  });
  const env = {
    ...nodeEnv(group),
    SERVICES: [...new Set(services.length === 0 ? ['files'] : services)].join(','),
    FILES: filesText(served.map((other) => ('files' in other ? other.files : {}))),
  };
  return { command: ['tracker'], ...common, env: { ...env, ...common.env } };
}

function nodeEnv(group: Group): Record<string, string> {
  // Half of the grace, so that a node always ends by itself before it would be killed.
  return { PORT: String(group.port), DRAIN_MS: String(Math.floor(group.stopGraceMs / 2)) };
}

function filesText(all: readonly Files[]): string {
  const sizes = all.flatMap((files) =>
    Object.entries(files).map(([name, { sizeBytes }]) => [name, sizeBytes]),
  );
  return JSON.stringify(Object.fromEntries(sizes));
}

/** Room for every file and what belongs to them. */
function withDisk(spec: ContainerSpec, group: Group): ContainerSpec {
  const sizeBytes = diskFileBytes(group) + spareDiskBytes;
  return { ...spec, mounts: [{ kind: 'tmpfs', path: '/tmp', sizeBytes }] };
}

function databaseUrl(store: Group, context: NodeContext): string {
  const env: Readonly<Record<string, string>> = {
    ...passwordOf(store, context),
    ...store.env,
    ...context.secrets.of(store.name).env,
  };
  const { POSTGRES_USER = 'postgres', POSTGRES_PASSWORD = '', POSTGRES_DB = POSTGRES_USER } = env;
  const credentials = `${encodeURIComponent(POSTGRES_USER)}:${encodeURIComponent(POSTGRES_PASSWORD)}`;
  return `postgres://${credentials}@${store.name}:${store.port}/${encodeURIComponent(POSTGRES_DB)}`;
}

/** An image of somebody else's has whatever its own settings say. */
function passwordOf(
  { foreignImage }: Group,
  { databasePassword }: NodeContext,
): { readonly POSTGRES_PASSWORD?: string } {
  return foreignImage ? {} : { POSTGRES_PASSWORD: databasePassword };
}

function balancerSpec(
  group: BalancerGroup,
  node: string,
  common: ContainerSpec,
  observersId: string,
): ContainerSpec {
  if (group.foreignImage) return { ...common, env: { BALANCES: group.balances, ...common.env } };
  return {
    ...common,
    alsoIn: [{ id: observersId, aliases: [observersAlias(node)] }],
    files: [...(common.files ?? []), ...balancerProgram(group).files(group, observersAlias(node))],
  };
}

function storeSpec(group: StoreGroup, common: ContainerSpec, context: NodeContext): ContainerSpec {
  if (group.foreignImage) return common;
  return {
    // Each server holds a pool of its own, and a study may start a hundred servers.
    command: ['postgres', '-c', 'max_connections=1000'],
    ...common,
    env: { ...passwordOf(group, context), ...common.env },
  };
}
