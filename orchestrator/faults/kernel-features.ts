// What links need of the kernel: asked of it once before a run launches its nodes, so that it is refused by name rather than fail in the
// middle. Pure.
import type { Link } from '../scenario/groups/group.ts';
import { TopolabError } from '../errors.ts';
import type { ShapedLink } from './shaped-links.ts';

interface KernelFeature {
  /** The kernel's name for it. */
  readonly name: string;
  /** Module to load where the kernel has it as one. */
  readonly module: string;
  /** Fields of a link that need it, as scenarios call them. */
  readonly neededBy: readonly ('uplink' | 'downlink' | 'loss' | 'delay')[];
  /** Succeeds in an empty network namespace where the kernel has it. */
  readonly trial: string;
}

const features: readonly KernelFeature[] = [
  {
    name: 'the htb queueing discipline',
    module: 'sch_htb',
    neededBy: ['uplink', 'loss', 'delay'],
    trial: 'tc qdisc add dev lo root handle 1: htb default 1 && tc qdisc del dev lo root',
  },
  {
    name: 'the netem queueing discipline',
    module: 'sch_netem',
    neededBy: ['delay'],
    trial: 'tc qdisc add dev lo root netem delay 1ms && tc qdisc del dev lo root',
  },
  {
    name: 'the tbf queueing discipline',
    module: 'sch_tbf',
    neededBy: ['downlink', 'loss'],
    trial: 'tc qdisc add dev lo root tbf rate 1000bps burst 5000 limit 5000 && tc qdisc del dev lo root',
  },
  {
    name: 'the ifb device',
    module: 'ifb',
    neededBy: ['downlink', 'loss'],
    trial: 'ip link add topolab0 type ifb && ip link del topolab0',
  },
  {
    name: 'the redirection of incoming packets (ingress, u32, mirred)',
    module: 'sch_ingress cls_u32 act_mirred',
    neededBy: ['downlink', 'loss'],
    trial:
      'tc qdisc add dev lo handle ffff: ingress && tc filter add dev lo parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev lo && tc qdisc del dev lo ingress',
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

/** Fails with `kernel-lacks` where a link asks for what the output of the trials does not say the kernel has. */
export function requireKernel(output: string, links: readonly ShapedLink[]): void {
  const there = new Set(output.split('\n').filter((line) => line.endsWith(' has')));
  const lacking = features.flatMap((feature, index) => {
    const places = links.filter(({ link }) => asksFor(link, feature));
    return places.length > 0 && !there.has(`${index} has`) ? [{ feature, places }] : [];
  });
  if (lacking.length === 0) return;
  const names = lacking.map(({ feature }) => feature.name).join(', ');
  const fields = [...new Set(lacking.flatMap(({ feature, places }) => fieldsAsked(feature, places)))];
  const where = [...new Set(lacking.flatMap(({ places }) => places.map((place) => place.where)))];
  const modules = lacking.map(({ feature }) => feature.module).join(' ');
  throw new TopolabError(
    `shape the links of ${where.join(', ')}: the kernel of the engine's host lacks ${names}, needed for ${fields.join(', ')}`,
    {
      code: 'kernel-lacks',
      hint: `Load it on the engine's host with \`modprobe -a ${modules}\` where its kernel has it as a module; otherwise leave ${fields.join(', ')} out of these links.`,
    },
  );
}

function asksFor(link: Partial<Link>, { neededBy }: KernelFeature): boolean {
  return neededBy.some((field) => asked(link, field));
}

function fieldsAsked(feature: KernelFeature, places: readonly ShapedLink[]): string[] {
  return feature.neededBy.filter((field) => places.some(({ link }) => asked(link, field)));
}

function asked(link: Partial<Link>, field: KernelFeature['neededBy'][number]): boolean {
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
