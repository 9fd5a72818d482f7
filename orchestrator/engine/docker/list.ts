// Everything on the engine that carries our label, in whatever state.
import { Label, type Leftovers } from '../engine.ts';
import type { Daemon } from './daemon.ts';

/** See `Engine.list`. */
export async function list(daemon: Daemon, run?: string): Promise<Leftovers> {
  const filters = { label: [run === undefined ? Label.run : `${Label.run}=${run}`] };
  const [containers, networks, volumes] = await Promise.all([
    daemon.docker.listContainers({ all: true, filters }),
    daemon.docker.listNetworks({ filters }),
    daemon.docker.listVolumes({ filters }),
  ]);
  return {
    containers: containers.map((found) => ({
      id: found.Id,
      name: (found.Names[0] ?? '').replace(/^\//, ''),
      labels: found.Labels,
    })),
    // Those that span hosts can be removed on a manager of their Swarm alone, and its other engines list them as well.
    networks: networks
      .filter(({ Scope }) => Scope !== 'swarm' || daemon.managesSwarm)
      .map((found) => ({ id: found.Id, name: found.Name, labels: found.Labels ?? {} })),
    // Docker before 24 answers null where there are none.
    volumes: (volumes.Volumes ?? []).map((found) => ({ name: found.Name, labels: found.Labels ?? {} })),
  };
}
