// Which hosts are for generators and which for nodes, decided once for all that a command runs. Pure.
import type { HostFacts, Hosts } from '../../cluster/host.ts';
import { Occupancy } from '../../cluster/occupancy.ts';
import type { GeneratorPlace, Placement } from '../../cluster/placement.ts';
import { ExitCode, TopolabError } from '../../errors.ts';
import { type GreatestDemand, greatestDemands } from '../../plan/greatest-demand.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { requireRoom } from './host-check.ts';
import { firstWithoutRoom } from './place-demands.ts';

/** Something that is deployed at one time. */
export interface Deployed {
  readonly scenario: Pick<Scenario, 'groups' | 'loads'>;
  readonly plan: Plan;
}

export interface Layout {
  readonly placement: Placement;
  /** What was asked for; null = apart where there is room for that. */
  readonly generators: GeneratorPlace | null;
  /** Names of the hosts that generators alone come to; empty = generators stand among nodes. */
  readonly generatorHosts: readonly string[];
  /** Why generators share hosts with nodes where nobody asked for that: a sentence. */
  readonly remark?: string;
}

export interface LayoutOptions {
  readonly hosts: Hosts<HostFacts>;
  readonly placement: Placement;
  /** Null = apart where there is room for that, which one host has not. */
  readonly generators: GeneratorPlace | null;
}

/**
 * All of a command's runs have the same layout, so that they can be compared: generators are apart where they are in each of them.
 * @throws TopolabError `hosts-too-small`, before anything is launched
 */
export function layOut(deployed: readonly Deployed[], options: LayoutOptions): Layout {
  const { hosts, placement, generators } = options;
  const loaded = deployed.some(({ scenario }) => scenario.loads.length > 0);
  const kept = loaded && generators !== 'anywhere' ? keptForGenerators(deployed, hosts, placement) : [];
  if (loaded && generators === 'apart' && kept.length === 0) throw notApart(hosts);
  for (const { scenario, plan } of deployed) requireRoom(scenario, plan, hosts, placement, kept);
  const layout = { placement, generators, generatorHosts: kept };
  if (!loaded || hosts.length === 1 || kept.length > 0 || generators !== null) return layout;
  const remark =
    'Generators share hosts with nodes under test, and take CPU from them: on fewer hosts there is no room for all nodes.';
  return { ...layout, remark };
}

/** As few hosts as all generators find room on; none where the nodes have no room on the others. */
function keptForGenerators(
  deployed: readonly Deployed[],
  hosts: Hosts<HostFacts>,
  placement: Placement,
): readonly string[] {
  const all = deployed.map(({ scenario, plan }) => greatestDemands(scenario, plan).map(asOneCore));
  const order = inOrder(hosts, all.flat(), placement);
  for (let count = 1; count < hosts.length; count += 1) {
    const kept = order.slice(0, count).map(({ name }) => name);
    const lacking = all.flatMap(
      (demands) => firstWithoutRoom(demands, new Occupancy(hosts, placement, kept)) ?? [],
    );
    if (lacking.length === 0) return kept;
    if (lacking.some(({ demand }) => !demand.generates)) return [];
  }
  return [];
}

/** A generator without a limit may fill a core. */
function asOneCore(demand: GreatestDemand): GreatestDemand {
  if (!demand.generates || demand.limits.cpus !== null) return demand;
  return { ...demand, limits: { ...demand.limits, cpus: 1 } };
}

/** The first has Prometheus, which is to be off the hosts under test as well. Hosts of a zone that nodes stand in come last. */
function inOrder(
  hosts: Hosts<HostFacts>,
  demands: readonly GreatestDemand[],
  placement: Placement,
): readonly HostFacts[] {
  if (placement !== 'zone') return hosts;
  const zones = new Set(demands.flatMap(({ zone }) => zone ?? []));
  const isAsked = ({ zone }: HostFacts): boolean => zone !== null && zones.has(zone);
  return [...hosts.filter((host) => !isAsked(host)), ...hosts.filter(isAsked)];
}

function notApart(hosts: Hosts<HostFacts>): TopolabError {
  const why =
    hosts.length === 1
      ? 'there is but one host'
      : `of ${hosts.length} hosts none can be kept for them: the nodes have no room on the others`;
  return new TopolabError(`keep generators apart from nodes: ${why}`, {
    code: 'hosts-too-small',
    hint: 'Add hosts to the Swarm, lower cpus or memory of groups and loads, or leave --generators out.',
    exitCode: ExitCode.usage,
  });
}
