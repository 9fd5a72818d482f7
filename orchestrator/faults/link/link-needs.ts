// What links need of the kernel. Pure.
import type { Link } from '../../scenario/groups/group.ts';
import { type HostNeed, type KernelFeature, possibleWay } from '../kind/host-need.ts';
import type { DelayWay } from './delay-way.ts';

const htb: KernelFeature = {
  name: 'the htb queueing discipline',
  module: 'sch_htb',
  trial: 'tc qdisc add dev lo root handle 1: htb default 1 && tc qdisc del dev lo root',
};
const netem: KernelFeature = {
  name: 'the netem queueing discipline',
  module: 'sch_netem',
  trial: 'tc qdisc add dev lo root netem delay 1ms && tc qdisc del dev lo root',
};
const nfqueue: KernelFeature = {
  name: 'the queue of packets to programs (NFQUEUE)',
  module: 'nfnetlink_queue xt_NFQUEUE nft_compat',
  trial:
    'iptables-nft -t mangle -A PREROUTING -i lo -j NFQUEUE --queue-num 7101 --queue-bypass && [ -e /proc/self/net/netfilter/nfnetlink_queue ] && nft delete table ip mangle',
};
/** Packets that arrive are led through a device of their own. */
const arriving: readonly KernelFeature[] = [
  {
    name: 'the tbf queueing discipline',
    module: 'sch_tbf',
    trial: 'tc qdisc add dev lo root tbf rate 1000bps burst 5000 limit 5000 && tc qdisc del dev lo root',
  },
  {
    name: 'the ifb device',
    module: 'ifb',
    trial: 'ip link add topolab0 type ifb && ip link del topolab0',
  },
  {
    name: 'the redirection of incoming packets (ingress, u32, mirred)',
    module: 'sch_ingress cls_u32 act_mirred',
    trial:
      'tc qdisc add dev lo handle ffff: ingress && tc filter add dev lo parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev lo && tc qdisc del dev lo ingress',
  },
];
const randomNumbers: KernelFeature = {
  name: "nftables' random numbers",
  module: 'nf_tables nft_numgen',
  trial:
    'printf "table inet t {\\nchain c {\\ntype filter hook postrouting priority 200;\\nnumgen random mod 10 < 1 meta priority set 1:2\\n}\\n}\\ndelete table inet t\\n" | nft -f -',
};

const delayWays: Readonly<Record<DelayWay, readonly KernelFeature[]>> = {
  // htb has a class for each distance.
  netem: [netem, htb, ...arriving],
  program: [nfqueue],
};

/** How the host's kernel delays packets: by netem where it can; undefined where it can't at all. */
export function delayWayOf(lacks: (feature: KernelFeature) => boolean): DelayWay | undefined {
  const way = possibleWay(Object.values(delayWays), lacks);
  return (['netem', 'program'] as const).find((name) => delayWays[name] === way);
}

/** Of zones that are far from each other: the same as of links that are delayed. */
export function distanceNeeds(): HostNeed[] {
  return linkNeeds({ delayMs: 1 });
}

/** @param link a whole one, or what a change names. */
export function linkNeeds(link: Partial<Link>): HostNeed[] {
  const needs: (Omit<HostNeed, 'task'> | false)[] = [
    typeof link.uplinkBytesPerSecond === 'number' && { field: 'uplink', ways: [[htb]] },
    typeof link.downlinkBytesPerSecond === 'number' && { field: 'downlink', ways: [arriving] },
    (link.loss ?? 0) > 0 && { field: 'loss', ways: [[htb, ...arriving, randomNumbers]] },
    ((link.delayMs ?? 0) > 0 || (link.jitterMs ?? 0) > 0) && {
      field: 'delay',
      ways: Object.values(delayWays),
      advice: 'A delay takes netem or NFQUEUE, not both.',
    },
  ];
  return needs.flatMap((need) => (need === false ? [] : [{ task: 'shape the links', ...need }]));
}
