// Turns a group of the scenario into the container spec of one of its nodes: what all nodes have, and what the group's role gives them.
import { everyNode } from '../../../node-image/contract/common-variables.ts';
import { environment } from '../../../node-image/contract/environment.ts';
import { type ContainerSpec, Label, type Labels, ordinaryCapabilities } from '../../engine/engine.ts';
import { observersAlias } from '../../metrics/observers-network.ts';
import type { Credentials } from '../../access/credentials.ts';
import { PRELOAD_VARIABLES, pressureMount } from '../../pressure/pressure-volume.ts';
import { aloneFolders } from '../../scenario/groups/alone-folders.ts';
import { containerLimits, type Limits } from '../../scenario/groups/container-limits.ts';
import { diskOf } from '../../scenario/groups/disk-of.ts';
import type { Group } from '../../scenario/groups/group.ts';
import { roleOf } from '../../scenario/groups/role-of.ts';
import { swarmNeighbours } from '../../scenario/groups/swarm-size.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { TakenSecrets } from '../../secrets/take-secrets.ts';
import { isOwnBalancer } from '../nodes/addresses.ts';
import { backupParts } from './backup-parts.ts';
import { enrolmentKeyOf } from './enrolment-key.ts';
import type { CopiedFiles } from './copied-files.ts';
import type { FleetNode } from '../nodes/node.ts';
import { volumeMounts } from './volumes.ts';
import { balancerProgram } from './balancer-program.ts';

/** What every node is told, whoever's program it runs. */
const identity = environment({ run: everyNode.run, node: everyNode.node });

export interface NodeContext {
  readonly run: string;
  readonly scenario: Scenario;
  readonly networkId: string;
  /** The observers' network, which balancers are on as well. */
  readonly observersId: string;
  /** Image references as they stand on the engine: the node image has its content hash as its tag. */
  readonly imageFor: (image: string) => string;
  readonly secrets: TakenSecrets;
  /** Of a run whose users have rights. */
  readonly credentials?: Pick<Credentials, 'settingsOf'> | undefined;
  /** Of stores that are given none, and of whoever asks them. */
  readonly databasePassword: string;
  /** What is copied into nodes before they start. */
  readonly copied: CopiedFiles;
  /** Of the program that presses on nodes from within, the groups whose nodes have it, and those whose clocks it may set; undefined where none do. */
  readonly pressure?:
    | { readonly volume: string; readonly groups: readonly string[]; readonly preloaded: readonly string[] }
    | undefined;
}

/** Of the container of a node, or of what stands beside one. */
export function nodeLabels(
  { group, node, role }: { readonly group: string; readonly node: string; readonly role: string },
  { run, scenario }: Pick<NodeContext, 'run' | 'scenario'>,
): Labels {
  return {
    [Label.run]: run,
    [Label.scenario]: scenario.name,
    [Label.group]: group,
    [Label.node]: node,
    [Label.role]: role,
  };
}

/** `place` and `restored` default to a node that begins empty, in a place of its own. */
type Specified = Pick<FleetNode, 'group' | 'name'> &
  Partial<Pick<FleetNode, 'place' | 'restored' | 'invitation'>>;

/** The container of a node. What its group's role gives it depends on its place: another one may have had that before. */
export function nodeSpec(
  { group, name: node, place = node, restored = false, invitation }: Specified,
  limits: Limits,
  context: NodeContext,
): ContainerSpec {
  const { run, scenario, networkId, imageFor, secrets, credentials, databasePassword, pressure } = context;
  const handed = secrets.of(group.name);
  const { env, command } = roleOf(group).container(group, place, {
    groups: scenario.groups,
    swarmNeighbours: swarmNeighbours(scenario),
    databasePassword,
    accessOf: (name) => credentials?.settingsOf(name),
    enrolmentKey: enrolmentKeyOf(group, place, context),
    invitation,
    secretsOf: (name) => secrets.of(name).env,
  });
  const backup = backupParts(group, restored, context);
  const files = [...(context.copied.get(group.name) ?? []), ...(backup.files ?? []), ...handed.files];
  const disk = diskOf(group);
  const preload = pressure?.preloaded.includes(group.name) === true ? PRELOAD_VARIABLES : {};
  const mounts: NonNullable<ContainerSpec['mounts']> = [
    ...(backup.mounts ?? []),
    ...volumeMounts(group, run),
    ...aloneFolders(group.container).flatMap(({ path, owner, kept }) => [
      { kind: 'folder' as const, path, owner },
      ...kept.map((each) => ({ kind: 'image-folder' as const, path: each })),
    ]),
    ...[...(disk === null ? [] : [disk]), ...group.container.tmpfs].map((each) => ({
      kind: 'tmpfs' as const,
      ...each,
    })),
    ...(pressure?.groups.includes(group.name) === true ? [pressureMount(pressure.volume)] : []),
  ];
  const spec: ContainerSpec = {
    name: `topolab-${run}-${node}`,
    image: imageFor(group.image),
    ...(group.platform !== null && { platform: group.platform }),
    labels: nodeLabels({ group: group.name, node, role: group.role }, context),
    env: { ...env, ...backup.env, ...identity.write({ run, node }), ...group.env, ...handed.env, ...preload },
    ...(files.length > 0 && { files }),
    ...containerParts(group),
    ...(backup.entrypoint && { entrypoint: backup.entrypoint }),
    ...((group.command ?? command) && { command: group.command ?? command }),
    ...containerLimits(group, limits),
    ...(mounts.length > 0 && { mounts }),
    network: { id: networkId, aliases: [node, group.name, ...group.container.aliases] },
    ...privileges(group),
  };
  return withConfiguration(group, node, spec, context.observersId);
}

/** What is as its image or the engine has it is left out. */
function containerParts({ container, readiness: { probe } }: Group): Partial<ContainerSpec> {
  const { entrypoint, user, workdir, stopSignal, shmBytes, ulimits } = container;
  return {
    ...(entrypoint && { entrypoint }),
    ...(user !== null && { user }),
    ...(workdir !== null && { workdir }),
    ...(stopSignal !== null && { stopSignal }),
    ...(shmBytes !== null && { shmBytes }),
    ...(Object.keys(ulimits).length > 0 && { ulimits }),
    ...(probe.kind === 'health' && probe.check && { healthCheck: probe.check }),
  };
}

/** What the programs of each image were seen to need, and what the group asks for beside. */
function privileges(
  group: Group,
): Pick<ContainerSpec, 'hardened' | 'capabilities' | 'newPrivileges' | 'pidsLimit'> {
  const { capabilities, newPrivileges, pids, foreignImage } = group;
  const role = roleOf(group);
  const basic = foreignImage ? ordinaryCapabilities : (role.capabilities ?? []);
  return {
    ...(role.ownProgram && !foreignImage && { hardened: true }),
    capabilities: [...new Set([...basic, ...capabilities])],
    ...(newPrivileges && { newPrivileges }),
    ...(pids !== null && { pidsLimit: pids }),
  };
}

/** A balancer of ours is told of its servers over the observers' network, and how it balances them by a file. */
function withConfiguration(
  group: Group,
  node: string,
  spec: ContainerSpec,
  observersId: string,
): ContainerSpec {
  if (!isOwnBalancer(group)) return spec;
  const alias = observersAlias(node);
  return {
    ...spec,
    alsoIn: [{ id: observersId, aliases: [alias] }],
    files: [...(spec.files ?? []), ...balancerProgram(group).files(group, alias)],
  };
}
