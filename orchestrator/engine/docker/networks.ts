// Networks and volumes.
import { randomInt } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TopolabError } from '../../errors.ts';
import type { Labels, NetworkSpec, NewNetwork } from '../engine.ts';
import { type Daemon, speaks } from './daemon.ts';
import { addressesOf } from './inspect-container.ts';
import { causeOf, statusOf, unlessGone, withoutLeader } from './docker-errors.ts';
import { unlessSilent } from '../engine-silent.ts';

/** Attempts at removing a network whose endpoints are still being taken down, and the pause between them. */
const removeAttempts = 50;
const removePauseMs = 100;

/** Of a network over several hosts: 4,094 addresses, of which each host takes one. */
const OVERLAY_PREFIX = 20;

/** Docker 20.10. */
const firstApiWithLans = 41;

/**
 * A bridge whose host side has no address. Nobody answers for the gateway, so no packet reaches the host's routing, and
 * neither the host nor another network can be reached. Docker's own `Internal` would also drop multicast. Masquerading is
 * off as well, so that Docker adds no address translation for it.
 */
const lanOptions = {
  'com.docker.network.bridge.inhibit_ipv4': 'true',
  'com.docker.network.bridge.enable_ip_masquerade': 'false',
};

export async function createNetwork(daemon: Daemon, spec: NetworkSpec): Promise<NewNetwork> {
  try {
    const network = spec.spansHosts
      ? await makeOverlay(daemon, spec)
      : await daemon.docker.createNetwork({ ...common(spec), ...bridgeOptions(daemon, spec) });
    const { IPAM } = await network.inspect();
    const subnets = (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet]));
    return { id: network.id, name: spec.name, subnets };
  } catch (error) {
    const leaderless = withoutLeader(`create network ${spec.name}`, error);
    if (leaderless !== undefined) throw leaderless;
    const exhausted = causeOf(error).includes('address pool');
    throw new TopolabError(
      `network ${spec.name} could not be created: ${causeOf(error)}`,
      unlessSilent(error, {
        code: 'network-not-created',
        ...(exhausted && {
          hint: 'Docker has addresses for about 31 networks: remove some, with `topolab clean` those of earlier runs.',
        }),
      }),
    );
  }
}

function common({ name, labels }: NetworkSpec) {
  return { Name: name, Labels: { ...labels }, CheckDuplicate: true };
}

/** With addresses that are chosen here: Docker would choose 254. */
async function makeOverlay(daemon: Daemon, spec: NetworkSpec) {
  const taken = (await daemon.docker.listNetworks()).flatMap(({ IPAM }) =>
    (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])),
  );
  const IPAM = { Config: [{ Subnet: freeSubnet(taken, spec.closed === true) }] };
  return await daemon.docker.createNetwork({ ...common(spec), ...overlayOptions(spec), IPAM });
}

/**
 * Of 10.128.0.0/10, or of 10.192.0.0/10 for closed networks, which are made at the same time as a run's own: one that overlaps none of those that
 * are taken. A Swarm takes one that does, and nothing in it ever gets an address. By chance, for others may choose at the same time.
 */
export function freeSubnet(taken: readonly string[], closed: boolean): string {
  const ranges = taken.flatMap((subnet) => rangeOf(subnet) ?? []);
  const all = Array.from({ length: 64 * 16 }, (_, index) => {
    const second = (closed ? 192 : 128) + (index >> 4);
    return `10.${second}.${(index & 15) * 16}.0/${OVERLAY_PREFIX}`;
  });
  const free = all.filter((subnet) => {
    const own = rangeOf(subnet);
    return own !== undefined && ranges.every(({ first, last }) => last < own.first || first > own.last);
  });
  const chosen = free[randomInt(Math.max(1, free.length))];
  if (chosen !== undefined) return chosen;
  throw new TopolabError('no addresses are left for a network of the Swarm', {
    code: 'network-not-created',
    hint: 'Remove networks that are not used any more, with `topolab clean --engine swarm` those of earlier runs.',
  });
}

/** First and last address as numbers; undefined where it is not of IPv4. */
function rangeOf(subnet: string): { readonly first: number; readonly last: number } | undefined {
  const [address = '', prefix] = subnet.split('/');
  if (!isIPv4(address)) return undefined;
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

/** An overlay never carries multicast, so that its `Internal` takes no more away than the way out. */
function overlayOptions({ internet, closed }: NetworkSpec) {
  return { Driver: 'overlay', Attachable: true, Internal: closed === true || internet === false };
}

function bridgeOptions(daemon: Daemon, { name, internet, closed }: NetworkSpec) {
  const isLan = internet === false;
  if (isLan) checkLan(daemon, name);
  return { Driver: 'bridge', ...(isLan && { Options: lanOptions }), ...(closed && { Internal: true }) };
}

/** Older daemons ignore options that they do not know, and would connect the LAN to the internet without a word. */
function checkLan({ description }: Daemon, name: string): void {
  if (speaks(description, firstApiWithLans)) return;
  throw new TopolabError(
    `network ${name} could not be created: Docker ${description.version} has no networks without a gateway`,
    {
      code: 'network-not-created',
      hint: 'A LAN without internet needs Docker 20.10 or newer; leave `network.internet: false` out otherwise.',
    },
  );
}

/** Tries the removal first: in the usual case nothing is attached any more, and one call does. */
export async function removeNetwork(daemon: Daemon, id: string): Promise<void> {
  await removeOnceUnused(daemon, id, removeAttempts, async (containers) => {
    await Promise.all(containers.map((container) => disconnect(daemon, id, container)));
  });
}

/**
 * Removes a network as soon as nothing is in it. One that is gone already is not an error.
 * @param release takes the containers out that are in it; left out, they are about to leave.
 */
export async function removeOnceUnused(
  daemon: Daemon,
  id: string,
  attempts: number,
  release?: (containers: readonly string[]) => Promise<void>,
): Promise<void> {
  const network = daemon.docker.getNetwork(id);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await unlessGone(network.remove());
      return;
    } catch (error) {
      const cause = causeOf(error);
      // With a 500, of an overlay network that the Swarm has removed: what its engine still shows of it goes with the last endpoint there.
      const isRemoved = cause.includes('not found');
      if (!isRemoved && !/active endpoints|in use/.test(cause))
        throw withoutLeader(`remove network ${id}`, error) ?? error;
      if (attempt === attempts && isRemoved) return;
      if (attempt === attempts) throw error;
    }
    const left = await unlessGone(network.inspect());
    if (left === undefined) return;
    const attached = Object.keys(left.Containers ?? {});
    if (attached.length > 0) await release?.(attached);
    // Endpoints of a container that is just going away are counted, but no longer listed; those of a Swarm's own are listed, and no container's.
    await sleep(removePauseMs);
  }
}

/** Connects, and says which address came of it. */
export async function connect(
  daemon: Daemon,
  networkId: string,
  containerId: string,
  aliases: readonly string[],
): Promise<string> {
  await attach(daemon, networkId, containerId, aliases);
  return addressesOf(await daemon.docker.getContainer(containerId).inspect(), networkId).address;
}

/** Connects; one that has not been started gets its address when it is. */
export async function attach(
  daemon: Daemon,
  networkId: string,
  containerId: string,
  aliases: readonly string[],
): Promise<void> {
  await daemon.docker
    .getNetwork(networkId)
    .connect({ Container: containerId, EndpointConfig: { Aliases: [...aliases] } });
}

export async function disconnect(daemon: Daemon, networkId: string, containerId: string): Promise<void> {
  try {
    await daemon.docker.getNetwork(networkId).disconnect({ Container: containerId, Force: true });
  } catch (error) {
    // Docker 20.10 answers 403 or 500 where the container is not connected, later ones 404.
    if (statusOf(error) === 404 || /is not connected|not found|no such container/i.test(causeOf(error)))
      return;
    throw error;
  }
}

export async function createVolume(
  daemon: Daemon,
  spec: { readonly name: string; readonly labels: Labels },
): Promise<void> {
  await daemon.docker.createVolume({ Name: spec.name, Labels: { ...spec.labels } });
}

/** Gone already is not an error. */
export async function removeVolume(daemon: Daemon, name: string): Promise<void> {
  await unlessGone(daemon.docker.getVolume(name).remove());
}
