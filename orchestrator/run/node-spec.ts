// Turns a group of the scenario into the container spec of one of its nodes.
import { haproxyConfig } from '../balancer/haproxy-config.ts';
import { type ContainerSpec, Label } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import type { BalancerGroup, Group, Scenario, ServerGroup, StoreGroup } from '../scenario/scenario.ts';

export interface NodeContext {
  readonly run: string;
  readonly scenario: Scenario;
  readonly networkId: string;
  /** Image references as they stand on the engine: the node image has its content hash as its tag. */
  readonly imageFor: (image: string) => string;
}

/** Limits in force for a group: those of the scenario until an action resizes it. */
export interface Limits {
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
}

/** The container of `node`, of `group`. */
export function nodeSpec(group: Group, node: string, limits: Limits, context: NodeContext): ContainerSpec {
  const { run, scenario, networkId, imageFor } = context;
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
    env: { TOPOLAB_RUN: run, NODE_NAME: node, ...group.env },
    ...(group.command === null ? {} : { command: group.command }),
    ...limits,
    network: { id: networkId, aliases: [node, group.name] },
  };
  switch (group.role) {
    case 'server':
      return serverSpec(group, common, scenario);
    case 'balancer':
      return balancerSpec(group, common);
    case 'store':
      return storeSpec(group, common);
    case 'client':
    case 'peer':
    case 'tracker':
      throw new TopolabError(`launch ${node}: nodes of role ${group.role} can't be launched yet`, {
        code: 'not-supported-yet',
      });
  }
}

function serverSpec(group: ServerGroup, common: ContainerSpec, scenario: Scenario): ContainerSpec {
  const store = scenario.groups.find(({ name }) => name === group.store);
  const database = store === undefined ? {} : { DATABASE_URL: databaseUrl(store) };
  if (group.foreignImage) return { ...common, env: { ...database, ...common.env } };
  const sizes = Object.entries(group.files).map(([name, { sizeBytes }]) => [name, sizeBytes]);
  return {
    ...common,
    hardened: true,
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

function databaseUrl(store: Group): string {
  const { POSTGRES_USER = 'postgres', POSTGRES_PASSWORD = '', POSTGRES_DB = POSTGRES_USER } = store.env;
  const credentials = `${encodeURIComponent(POSTGRES_USER)}:${encodeURIComponent(POSTGRES_PASSWORD)}`;
  return `postgres://${credentials}@${store.name}:${store.port}/${encodeURIComponent(POSTGRES_DB)}`;
}

function balancerSpec(group: BalancerGroup, common: ContainerSpec): ContainerSpec {
  if (group.foreignImage) return { ...common, env: { BALANCES: group.balances, ...common.env } };
  return {
    ...common,
    files: [{ path: '/usr/local/etc/haproxy/haproxy.cfg', content: haproxyConfig(group) }],
  };
}

function storeSpec(group: StoreGroup, common: ContainerSpec): ContainerSpec {
  if (group.foreignImage || group.command !== null) return common;
  // Each server holds a pool of its own, and a study may start a hundred servers.
  return { ...common, command: ['postgres', '-c', 'max_connections=1000'] };
}
