// A libp2p node as this network wants it: TCP, Noise, Yamux and GossipSub, without the parts that cost CPU for nothing in a network
// of up to a few hundred nodes on one machine. docs/decisions/0007-peer-network.md has the measurements.
import type { Libp2p } from '@libp2p/interface';
import { NodeError } from '../process/node-error.ts';
import { messageIdOf, messageKeyOf } from './gossip-message.ts';
import type { GossipSub, GossipsubOpts, SignaturePolicy } from './libp2p.ts';
import type { NetworkSettings } from './network-settings.ts';

export interface Host {
  readonly libp2p: Libp2p;
  /** Undefined where this node takes no part in it. */
  readonly gossip: GossipSub | undefined;
  /** Own addresses with the peer id, as others dial them. */
  addresses(): string[];
  /** Resolves with the peer id at the other end. Addresses are tried in turn. Fails where none answers. */
  dial(addresses: readonly string[], signal: AbortSignal): Promise<string>;
}

/** The name that identify carries: how neighbours learn the node's. */
export function userAgentOf(node: string): string {
  return `topolab/${node}`;
}

export type HostSettings = Pick<NetworkSettings, 'node' | 'address' | 'port'>;

/**
 * Starts listening.
 * @param arrived called with each gossip message as it arrives, seen before or not; null = takes no part in gossip
 * @throws NodeError `network-not-started`
 */
export async function createHost(
  settings: HostSettings,
  arrived: ((data: Uint8Array) => void) | null,
): Promise<Host> {
  const { createLibp2p, gossipsub, identify, multiaddr, noise, StrictNoSign, tcp, yamux } = await import(
    './libp2p.ts'
  );
  const listen = `/ip4/${settings.address}/tcp/${settings.port}`;
  const options = {
    nodeInfo: { name: 'topolab', version: '1', userAgent: userAgentOf(settings.node) },
    addresses: { listen: [listen] },
    transports: [tcp({ dialOpts: { noDelay: true }, listenOpts: { noDelay: true }, backlog: 1024 })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // By default private addresses are not dialled from browsers only, but the question costs a check; here all are private.
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: {
      maxConnections: 1000,
      // All nodes of a run start at once, and may come through one address.
      inboundConnectionThreshold: 10_000,
      maxIncomingPendingConnections: 1000,
      maxParallelDials: 20,
    },
    // Links ask their neighbours something every few seconds anyhow, and notice the same.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify(),
      ...(arrived === null ? {} : { gossip: gossipsub(gossipOptions(StrictNoSign, arrived)) }),
    },
  };
  try {
    const libp2p = await createLibp2p(options);
    return {
      libp2p,
      gossip: libp2p.services['gossip'],
      addresses: () => libp2p.getMultiaddrs().map(String),
      dial: async (addresses, signal) =>
        (
          await libp2p.dial(
            addresses.map((address) => multiaddr(address)),
            { signal },
          )
        ).remotePeer.toString(),
    };
  } catch (cause) {
    throw new NodeError(`start the peer-to-peer network on ${listen}: ${String(cause)}`, {
      code: 'network-not-started',
      cause,
    });
  }
}

function gossipOptions(
  globalSignaturePolicy: SignaturePolicy,
  arrived: (data: Uint8Array) => void,
): Partial<GossipsubOpts> {
  return {
    // Noise has told who the neighbour is, and transactions carry signatures of their own.
    globalSignaturePolicy,
    msgIdFn: ({ data }) => messageIdOf(data),
    fastMsgIdFn: ({ data = noBytes }) => {
      arrived(data);
      return messageKeyOf(data);
    },
    msgIdToStrFn: messageKeyOf,
    allowPublishToZeroTopicPeers: true,
    emitSelf: false,
    fallbackToFloodsub: false,
    // The publisher tells all its neighbours, not only those of its mesh: a thin mesh that is cut somewhere for a moment would deliver
    // to the other side only with the next heartbeat.
    floodPublish: true,
    ...meshSettings,
    // All are of one run, none an attacker. By default more than ten peers on one address are punished, and so are those that a busy
    // host makes answer late: they are silently told nothing.
    scoreParams: { IPColocationFactorWeight: 0, behaviourPenaltyWeight: 0 },
  };
}

const noBytes = new Uint8Array(0);

/** A message crosses about nodes × D / 2 links twice at worst, and each crossing costs CPU at both ends: few, but enough to lose some. */
const meshSettings = {
  D: 3,
  Dlo: 3,
  Dhi: 4,
  Dout: 1,
  Dscore: 2,
  Dlazy: 3,
  heartbeatInterval: 1000,
  mcacheLength: 8,
  mcacheGossip: 4,
  seenTTL: 120_000,
  // Others are told not to send what is longer than this; for short messages the telling costs as much as the message.
  idontwantMinDataSize: 4096,
};
