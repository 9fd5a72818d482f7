// What links need of the kernel: asked of it once before a run launches its nodes, so that it is refused by name rather than fail in the
// middle. Pure.
import type { Link } from '../scenario/groups/group.ts';
import { TopolabError } from '../errors.ts';
import type { DelayWay } from './delay/delay-way.ts';
import type { ShapedLink } from './shaped-links.ts';

/** Fields of a link, as scenarios call them; jitter is part of the delay. */
type Field = 'uplink' | 'downlink' | 'loss' | 'delay';

interface KernelFeature {
  /** The kernel's name for it. */
  readonly name: string;
  /** Module to load where the kernel has it as one. */
  readonly module: string;
  /** Fields that can't do without it. */
  readonly neededBy: readonly Field[];
  /** Of the ways to delay packets, the one that takes it. */
  readonly delayWay?: DelayWay;
  /** Succeeds in an empty network namespace where the kernel has it. */
  readonly trial: string;
}

const features: readonly KernelFeature[] = [
  {
    name: 'the htb queueing discipline',
    module: 'sch_htb',
    neededBy: ['uplink', 'loss'],
    trial: 'tc qdisc add dev lo root handle 1: htb default 1 && tc qdisc del dev lo root',
  },
  {
    name: 'the netem queueing discipline',
    module: 'sch_netem',
    neededBy: [],
    delayWay: 'netem',
    trial: 'tc qdisc add dev lo root netem delay 1ms && tc qdisc del dev lo root',
  },
  {
    name: 'the tbf queueing discipline',
    module: 'sch_tbf',
    neededBy: ['downlink', 'loss'],
    delayWay: 'netem',
    trial: 'tc qdisc add dev lo root tbf rate 1000bps burst 5000 limit 5000 && tc qdisc del dev lo root',
  },
  {
    name: 'the ifb device',
    module: 'ifb',
    neededBy: ['downlink', 'loss'],
    delayWay: 'netem',
    trial: 'ip link add topolab0 type ifb && ip link del topolab0',
  },
  {
    name: 'the redirection of incoming packets (ingress, u32, mirred)',
    module: 'sch_ingress cls_u32 act_mirred',
    neededBy: ['downlink', 'loss'],
    delayWay: 'netem',
    trial:
      'tc qdisc add dev lo handle ffff: ingress && tc filter add dev lo parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev lo && tc qdisc del dev lo ingress',
  },
  {
    name: 'the queue of packets to programs (NFQUEUE)',
    module: 'nfnetlink_queue xt_NFQUEUE nft_compat',
    neededBy: [],
    delayWay: 'program',
    trial:
      'iptables-nft -t mangle -A PREROUTING -i lo -j NFQUEUE --queue-num 7101 --queue-bypass && [ -e /proc/self/net/netfilter/nfnetlink_queue ] && nft delete table ip mangle',
  },
  {
    name: "nftables' random numbers",
    module: 'nf_tables nft_numgen',
    neededBy: ['loss'],
    trial:
      'printf "table inet t {\\nchain c {\\ntype filter hook postrouting priority 200;\\nnumgen random mod 10 < 1 meta priority set 1:2\\n}\\n}\\ndelete table inet t\\n" | nft -f -',
  },
];

/** Tries everything in a namespace of its own, which is gone afterwards. Writes a line for each. */
export function kernelTrials(): string {
  const trials = features.map(
    ({ trial }, index) =>
      `if (${trial}) >/dev/null 2>&1; then echo "${index} has"; else echo "${index} lacks"; fi`,
  );
  return `unshare -n sh <<'TRIALS'\nip link set lo up\n${trials.join('\n')}\nTRIALS\n`;
}

/**
 * How a kernel delays packets, by the output of its trials: by netem where it can.
 * @returns undefined where it can't at all.
 */
export function delayWayOf(output: string): DelayWay | undefined {
  const lacked = lackedIn(output);
  return (['netem', 'program'] as const).find((way) => !lacked.some(({ delayWay }) => delayWay === way));
}

/** Fails with `kernel-lacks` where a link asks for what the output of the trials does not say the kernel has. */
export function requireKernel(output: string, links: readonly ShapedLink[]): void {
  const canDelay = delayWayOf(output) !== undefined;
  const lacking = lackedIn(output).flatMap((feature) => {
    const needs: readonly Field[] =
      canDelay || feature.delayWay === undefined ? feature.neededBy : [...feature.neededBy, 'delay'];
    const places = links.filter(({ link }) => needs.some((field) => asked(link, field)));
    return places.length > 0 ? [{ feature, needs, places }] : [];
  });
  if (lacking.length === 0) return;
  const names = lacking.map(({ feature }) => feature.name).join(', ');
  const fields = [
    ...new Set(
      lacking.flatMap(({ needs, places }) =>
        needs.filter((field) => places.some(({ link }) => asked(link, field))),
      ),
    ),
  ];
  const where = [...new Set(lacking.flatMap(({ places }) => places.map((place) => place.where)))];
  const modules = lacking.map(({ feature }) => feature.module).join(' ');
  throw new TopolabError(
    `shape the links of ${where.join(', ')}: the kernel of the engine's host lacks ${names}, needed for ${fields.join(', ')}`,
    {
      code: 'kernel-lacks',
      hint:
        `Load it on the engine's host with \`modprobe -a ${modules}\` where its kernel has it as a module; otherwise leave ${fields.join(', ')} out of these links.` +
        (fields.includes('delay') ? ' A delay takes netem or NFQUEUE, not both.' : ''),
    },
  );
}

function lackedIn(output: string): readonly KernelFeature[] {
  const there = new Set(output.split('\n').filter((line) => line.endsWith(' has')));
  return features.filter((_, index) => !there.has(`${index} has`));
}

function asked(link: Partial<Link>, field: Field): boolean {
  switch (field) {
    case 'uplink':
      return typeof link.uplinkBytesPerSecond === 'number';
    case 'downlink':
      return typeof link.downlinkBytesPerSecond === 'number';
    case 'loss':
      return (link.loss ?? 0) > 0;
    case 'delay':
      return (link.delayMs ?? 0) > 0 || (link.jitterMs ?? 0) > 0;
  }
}
