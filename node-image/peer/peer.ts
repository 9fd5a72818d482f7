// `topolab-node peer`: the user's interface answered by the peer-to-peer network: files by BitTorrent, events and records by libp2p.
import type { Guard } from '../access/guard.ts';
import type { RightsSource } from '../access/rights-source.ts';
import type { Env } from '../contract/env-reader.ts';
import { NodeMetrics } from '../user/node-metrics.ts';
import { eventsNotOffered, filesNotOffered, recordsNotOffered } from '../user/not-offered.ts';
import { serveUser } from '../user/serve-user.ts';
import type { UserService } from '../user/user-service.ts';
import { endWithoutClient } from '../swarm/end-without-client.ts';
import { EnrolmentDoor } from '../enrolment/enrolment-door.ts';
import { MemoryInvitations } from '../enrolment/invitations.ts';
import { OwnEnrolment } from '../enrolment/own-enrolment.ts';
import type { SharedFiles } from '../swarm/shared-files.ts';
import type { NetworkService } from '../network/network-service.ts';
import { lateNetwork } from './late-network.ts';
import { type PeerSettings, peerSettings } from './peer-settings.ts';

/** Runs until SIGTERM or SIGINT, then takes leave of its neighbours and ends with exit code 0. */
export async function runPeer(env: Env): Promise<void> {
  const settings = peerSettings(env);
  const identity = { node: settings.node, role: 'peer', version: settings.version };
  const metrics = new NodeMetrics(identity);
  metrics.storeUp(true);
  const files = await openFiles(settings, metrics);
  let network: NetworkService | undefined;
  const own = settings.invitation && new OwnEnrolment(settings.node);
  // Nobody of the network is met before a member has let it in.
  const enrolled = settings.invitation && own?.enrol(settings.invitation.by, settings.invitation.token);
  const opening = openNetwork(settings, metrics, enrolled);
  const late = opening && lateNetwork(opening);
  const service: UserService = {
    events: late?.events ?? eventsNotOffered,
    records: late?.records ?? recordsNotOffered,
    files: files ?? filesNotOffered,
    ...(late !== undefined && { transactions: late.transactions }),
    neighbours: () => [...(network?.neighbours() ?? []), ...(files?.neighbours() ?? [])],
    unreadyBecause: () =>
      own?.unreadyBecause() ??
      (opening !== undefined && network === undefined
        ? 'opening the network'
        : (network?.unreadyBecause() ?? files?.unreadyBecause())),
  };
  const guard = await openGuard(settings, late?.rights, metrics);
  const { node, enrolmentKey: key } = settings;
  const enrolment = new EnrolmentDoor({ node, key, invitations: new MemoryInvitations(), own });
  const serving = serveUser({ service, guard, metrics, identity, enrolment }, settings.listener, async () => {
    await Promise.all([network?.stop(), files?.stop()]);
  });
  [network] = await Promise.all([opening, serving]);
  await enrolled;
  await files?.start(endWithoutClient);
}

/** Each service is loaded only where it is offered: it costs start-up time and memory. */
async function openFiles(settings: PeerSettings, metrics: NodeMetrics): Promise<SharedFiles | undefined> {
  if (settings.files === undefined) return undefined;
  const { SharedFiles } = await import('../swarm/shared-files.ts');
  return new SharedFiles(settings.files, metrics.registry);
}

function openNetwork(
  settings: PeerSettings,
  metrics: NodeMetrics,
  enrolled: Promise<void> | undefined,
): Promise<NetworkService> | undefined {
  const { network } = settings;
  if (network === undefined) return undefined;
  return Promise.all([
    import('../network/network-service.ts'),
    import('../network/network-metrics.ts'),
    enrolled,
  ]).then(([{ startNetworkService }, { NetworkMetrics }]) =>
    startNetworkService(network, new NetworkMetrics(metrics.registry)),
  );
}

async function openGuard(
  { access }: PeerSettings,
  rights: RightsSource | undefined,
  { registry }: NodeMetrics,
): Promise<Guard | undefined> {
  if (access === undefined || rights === undefined) return undefined;
  const { Guard } = await import('../access/guard.ts');
  return Guard.make(access, rights, registry);
}
