// Which hosts a study was begun on: kept in its folder, so that whoever goes on with it need not say it again, and can't mix them up.
import { useOf } from '../cluster/occupancy.ts';
import { generatorPlaces, placements } from '../cluster/placement.ts';
import type { RunHost } from '../record/event.ts';
import type { SwarmChoice } from '../record/swarm-choice.ts';
import type { DeploymentEnvironment } from '../run/options/deployment-options.ts';
import type { EngineChoice } from './prepare-options.ts';

/** As a study keeps it; nothing where it is to know one host. */
export function keptChoice({ engine, placement = 'spread', generators }: EngineChoice): {
  readonly swarm?: SwarmChoice;
} {
  return engine === 'swarm' ? { swarm: { placement, generators: generators ?? null } } : {};
}

/** As a study was begun. What a later version wrote is left to Topolab. */
export function choiceOf({ swarm }: { readonly swarm?: SwarmChoice | undefined }): EngineChoice {
  if (swarm === undefined) return { engine: 'docker' };
  const placement = placements.find((each) => each === swarm.placement);
  const generators = generatorPlaces.find((each) => each === swarm.generators);
  return { engine: 'swarm', ...(placement && { placement }), ...(generators && { generators }) };
}

/** What a study or a calibration says of several hosts; nothing of a single one. */
export function hostsOnRecord({
  hosts,
  layout: { generatorHosts },
}: Pick<DeploymentEnvironment, 'hosts' | 'layout'>): {
  readonly hosts?: readonly Omit<RunHost, 'clockOffsetMs'>[];
} {
  if (hosts.length === 1) return {};
  return {
    hosts: hosts.map((host) => {
      const { cpus, memoryBytes } = host.engine.description;
      return { name: host.name, zone: host.zone, cpus, memoryBytes, use: useOf(host, generatorHosts) };
    }),
  };
}
