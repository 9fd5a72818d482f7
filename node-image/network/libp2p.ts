// The libraries of the peer-to-peer network, apart from everything else: they are bundled into a file of their own, which only nodes
// that are part of such a network load. They cost 60 MB and a third of a second.
export { gossipsub, StrictNoSign, TopicValidatorResult } from '@libp2p/gossipsub';
export type { GossipSub, GossipsubOpts, SignaturePolicy } from '@libp2p/gossipsub';
export { identify } from '@libp2p/identify';
export { noise } from '@libp2p/noise';
export { tcp } from '@libp2p/tcp';
export { yamux } from '@libp2p/yamux';
export { multiaddr } from '@multiformats/multiaddr';
export { createLibp2p } from 'libp2p';
export { default as multicastDns } from 'multicast-dns';
