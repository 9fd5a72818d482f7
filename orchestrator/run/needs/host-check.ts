// Compares what a scenario asks for with what its hosts have, before anything is launched. Pure.
import type { HostFacts, Hosts } from '../../cluster/host.ts';
import { Occupancy } from '../../cluster/occupancy.ts';
import type { Placement } from '../../cluster/placement.ts';
import { tellResources, tellRoom } from '../../cluster/room-words.ts';
import type { EngineDescription } from '../../engine/engine.ts';
import { ExitCode, TopolabError } from '../../errors.ts';
import type { ChosenHosts } from '../../faults/targets/target.ts';
import { type GreatestDemand, greatestDemands } from '../../plan/greatest-demand.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { demandOf, firstWithoutRoom } from './place-demands.ts';
import { adviseOnRoom } from './room-advice.ts';

/** Sentences about what the host may be too small for; empty where it is fine. */
export function checkHost(scenario: Scenario, plan: Plan, host: EngineDescription): string[] {
  const { cpus, memoryBytes } = sumOf(greatestDemands(scenario, plan));
  const warnings: string[] = [];
  if (cpus > host.cpus) {
    warnings.push(
      `The CPU limits add up to ${cpus.toFixed(1)} cores and the host has ${host.cpus}: nodes may be limited by the host instead of by their own limits.`,
    );
  }
  if (memoryBytes > host.memoryBytes) {
    warnings.push(
      `The memory limits add up to ${gibibytes(memoryBytes)} GiB and the host has ${gibibytes(host.memoryBytes)} GiB: nodes may run out of memory before their limits.`,
    );
  }
  return warnings;
}

/**
 * Faults on hosts need hosts to choose among.
 * @throws TopolabError `no-such-host`, exit code 2: there is only one host, or none of the name or in the zone that a fault says.
 */
export function requireHosts({ timeline }: Pick<Scenario, 'timeline'>, hosts: Hosts<HostFacts>): void {
  for (const { change, source } of timeline) {
    if (change.kind !== 'fault' || change.fault.target.who.kind !== 'hosts') continue;
    const problem = lackOf(change.fault.target.who.hosts, hosts);
    if (problem === undefined) continue;
    throw new TopolabError(`${source}.${change.fault.kind}: ${problem}`, {
      code: 'no-such-host',
      exitCode: ExitCode.usage,
    });
  }
}

function lackOf(chosen: ChosenHosts, hosts: Hosts<HostFacts>): string | undefined {
  if (hosts.length === 1)
    return 'takes several hosts, and this run has one: run it with --engine swarm on a Swarm of several';
  const names = hosts.map(({ name }) => name);
  if (chosen.kind === 'names') {
    const missing = chosen.names.filter((name) => !names.includes(name));
    return missing.length === 0
      ? undefined
      : `the run has no host ${missing.join(', ')}; write some of ${names.join(', ')}`;
  }
  if (chosen.kind !== 'zone' || hosts.some(({ zone }) => zone === chosen.zone)) return undefined;
  const zones = [...new Set(hosts.flatMap(({ zone }) => zone ?? []))];
  const advice =
    zones.length === 0
      ? 'give hosts one (docker node update --label-add zone=…)'
      : `write ${zones.join(' or ')}`;
  return `no host of the run is in zone ${chosen.zone}; ${advice}`;
}

/**
 * Hosts promise containers their limits: places all that there is at any time, as the run will.
 * @param generatorHosts see `Cluster`.
 * @throws TopolabError `hosts-too-small`, with what each host has left and what to write instead.
 */
export function requireRoom(
  scenario: Pick<Scenario, 'groups' | 'loads'>,
  plan: Plan,
  hosts: Hosts<HostFacts>,
  placement: Placement,
  generatorHosts: readonly string[] = [],
): void {
  const demands = greatestDemands(scenario, plan);
  const empty = () => new Occupancy(hosts, placement, generatorHosts);
  const occupancy = empty();
  const lacking = firstWithoutRoom(demands, occupancy);
  if (lacking === undefined) return;
  const { demand, placed } = lacking;
  const { name, zone, containers } = demand;
  const each = demandOf(demand);
  const where = placement === 'zone' && zone !== null ? ` in zone ${zone}` : '';
  const lines = [
    `the hosts${where} have room for ${placed} of the ${containers} containers of "${name}", each with ${tellResources(each)}`,
    ...occupancy.rooms.map((room) => `  ${tellRoom(room, each, placement)}`),
    `  the scenario asks for ${tellResources(sumOf(demands))} in all`,
  ];
  throw new TopolabError(lines.join('\n'), {
    code: 'hosts-too-small',
    hint: adviseOnRoom(demand, demands, (all) => firstWithoutRoom(all, empty())),
  });
}

function sumOf(demands: readonly GreatestDemand[]): { readonly cpus: number; readonly memoryBytes: number } {
  const sum = (limit: 'cpus' | 'memoryBytes'): number =>
    demands.reduce((total, { containers, limits }) => total + containers * (limits[limit] ?? 0), 0);
  return { cpus: sum('cpus'), memoryBytes: sum('memoryBytes') };
}

function gibibytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
