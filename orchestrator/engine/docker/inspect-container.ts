// What one inspection of a container says.
import type Docker from 'dockerode';
import type { ContainerState, RunningContainer } from '../engine.ts';
import type { Daemon } from './daemon.ts';
import { unlessGone } from './docker-errors.ts';

/** Its state now, or undefined where it is gone. */
export async function inspectContainer(daemon: Daemon, id: string): Promise<ContainerState | undefined> {
  const seen = await unlessGone(daemon.docker.getContainer(id).inspect());
  if (seen === undefined) return undefined;
  const { State: state } = seen;
  return {
    running: state.Running,
    paused: state.Paused,
    address: addressesOf(seen).address,
    exitCode: state.Running || state.Status === 'created' ? null : state.ExitCode,
    outOfMemory: state.OOMKilled,
    health: healthOf(state.Health?.Status),
  };
}

/** How it is reached, by what an inspection of it while it runs says. @param networkId as for `addressesOf`. */
export function runningContainer(seen: Docker.ContainerInspectInfo, networkId?: string): RunningContainer {
  return {
    id: seen.Id,
    name: seen.Name.replace(/^\//, ''),
    labels: seen.Config.Labels,
    ...addressesOf(seen, networkId),
    ports: portsOf(seen),
  };
}

/** Addresses on the given network, or on the one it was created with; '' where it has none. */
export function addressesOf(
  seen: Docker.ContainerInspectInfo,
  networkId?: string,
): Pick<RunningContainer, 'address' | 'addresses' | 'prefixLength'> {
  const wanted = networkId ?? seen.HostConfig.NetworkMode;
  const networks = Object.entries(seen.NetworkSettings.Networks ?? {});
  const found =
    networks.find(([name, network]) => network.NetworkID === wanted || name === wanted) ?? networks[0];
  const network = found?.[1];
  return {
    address: network?.IPAddress ?? '',
    addresses: Object.fromEntries(networks.map(([, { NetworkID, IPAddress }]) => [NetworkID, IPAddress])),
    prefixLength: network?.IPPrefixLen ?? 0,
  };
}

/** Published TCP ports: container port → host port. */
function portsOf(seen: Docker.ContainerInspectInfo): Record<number, number> {
  const ports: Record<number, number> = {};
  // Docker gives null for a port that is exposed but not published, which its type leaves out.
  const published: Record<string, { HostPort: string }[] | null> = seen.NetworkSettings.Ports ?? {};
  for (const [name, bindings] of Object.entries(published)) {
    const hostPort = bindings?.[0]?.HostPort;
    if (hostPort) ports[Number.parseInt(name, 10)] = Number(hostPort);
  }
  return ports;
}

function healthOf(status: string | undefined): ContainerState['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}
