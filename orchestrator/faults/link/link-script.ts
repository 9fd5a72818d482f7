// The shape of a link as a shell script that runs in the node's own network namespace, as its superuser. Pure.
import type { Link } from '../../scenario/groups/group.ts';
import { UNSHAPED } from '../../scenario/groups/resolve-link.ts';
import { type DelayRoute, delayScript, noDelayScript } from './delay-script.ts';
import type { DelayWay } from './delay-way.ts';

//
// What leaves the node:  nftables gives lost packets to class 1:2 → root htb: 1:1 at the uplink's rate, 1:2 into a black hole
// What reaches the node: its interface → redirected to an ifb (netem, then a token bucket at the downlink's rate) → nftables drops the
//                        lost ones → without netem, a program lets them wait
//                        where some come from far away, the ifb has htb instead of the bucket: 4:1 at the downlink's rate, below it a class
//                        for each distance, in which netem lets them wait, and then a queue as that of the bucket
//
// Everything lies in the node's namespace and goes with it: no rule, no queue and no device is ever made on the host.
/** Name of the device through which a node's incoming packets are led. */
export const ifb = 'topolab0';
/** On that device in place of the bucket, where some come from far away. */
export const bucketClass = '4:1';
/** Handle of what delays packets on that device. */
const netem = '3:';
/** Name of the nftables table. */
export const table = 'inet topolab_link';

/**
 * Bytes of a full Ethernet frame, and those of them that are payload of TCP (20 bytes of IP, 20 of TCP and 12 of time stamps
 * besides the 14 of Ethernet). A rate is what programs get to see, so the queues get the frames' share on top of it.
 */
const frameBytes = 1514;
const payloadBytes = 1448;
/** A queue of this depth at the rate, as in a home router: long enough for one TCP connection to fill the link. */
const queueMs = 100;
const leastQueueBytes = 128 * 1024;
/** Timers and softirqs may be this late without the rate falling short; so much may come at once after a pause. */
const burstMs = 10;
const leastBurstBytes = 4 * frameBytes;
/**
 * One packet handed over in a piece takes at most so long on the link. Packets are 64 KiB otherwise, seconds on slow links; short ones cost
 * the host CPU that its nodes need, for each is led through its bridge and its firewall. So slow links may take longer over one, as
 * long as it is no more than a block of a file.
 */
const pieceMs = 1.5;
const slowPieceMs = 6;
const blockBytes = 16 * 1024;
const mostSegments = 44;
/** Segments that Linux allows by default. */
const unlimitedSegments = 65_535;
/** The rate of a direction that is only lossy or delayed: more than any container reaches. */
const openBytesPerSecond = 12_500_000_000;

interface Shape {
  /** Of frames. */
  readonly bytesPerSecond: number;
  readonly burstBytes: number;
  readonly queueBytes: number;
  readonly segments: number;
}

/** @param loss a share above 0 takes packets one by one, so that none is a bundle of many. */
function shapeOf(rate: number | null, loss: number): Shape {
  const bytesPerSecond =
    rate === null ? openBytesPerSecond : Math.max(1, Math.round((rate * frameBytes) / payloadBytes));
  const inMs = (ms: number): number => Math.round((bytesPerSecond * ms) / 1000);
  const pieceBytes = Math.max(inMs(pieceMs), Math.min(inMs(slowPieceMs), blockBytes));
  const segments = Math.min(mostSegments, Math.max(1, Math.floor(pieceBytes / frameBytes)));
  return {
    bytesPerSecond,
    burstBytes: Math.min(4 << 20, Math.max(leastBurstBytes, inMs(burstMs))),
    queueBytes: Math.min(64 << 20, Math.max(leastQueueBytes, inMs(queueMs))),
    segments: loss > 0 ? 1 : segments,
  };
}

/** What the kernel of a node is to show of a link. */
export interface LinkNumbers {
  /** Rates of frames, bytes per second; null = no queue of ours. */
  readonly uplink: number | null;
  readonly downlink: number | null;
  /** Packets of a million; null = no rule. */
  readonly lost: number | null;
  /** How packets are delayed; null = they are not. */
  readonly delayedBy: DelayWay | null;
}

/** @param isDistant whether some come from far away. */
export function linkNumbers(link: Link | null, by: DelayWay, isDistant = false): LinkNumbers {
  if (link === null && !isDistant) return { uplink: null, downlink: null, lost: null, delayedBy: null };
  const { uplinkBytesPerSecond: uplink, downlinkBytesPerSecond: downlink, loss, delayMs } = link ?? UNSHAPED;
  const delayedBy = delayMs > 0 || isDistant ? by : null;
  const leadsIn = downlink !== null || loss > 0 || delayedBy === 'netem';
  return {
    uplink: uplink === null && loss === 0 ? null : shapeOf(uplink, loss).bytesPerSecond,
    downlink: leadsIn ? shapeOf(downlink, loss).bytesPerSecond : null,
    lost: loss === 0 ? null : Math.round(loss * 1e6),
    delayedBy,
  };
}

/**
 * Commands that give the interface `$dev` this link, whatever it had before; null takes every trace away. The uplink changes in one
 * step, without dropping a packet that waits; a downlink drops what waits for it, 100 ms at most. Ends at the first command that fails (`sh -e`).
 *
 * @param by how packets are delayed. `program` wants the node's address as `$1` and its process id as `$2`.
 * @param routes addresses from which packets have other delays than the link's, each in place of it.
 */
export function linkScript(
  link: Link | null,
  by: DelayWay = 'netem',
  routes: readonly DelayRoute[] = [],
): string {
  return [...uplink(link), ...downlink(link, by, routes), ...losses(link), ...delays(link, by, routes)].join(
    '\n',
  );
}

/** The part of it that other routes change while the link stays. Where there are some before and after, what waits is not dropped. */
export function routeScript(link: Link | null, by: DelayWay, routes: readonly DelayRoute[]): string {
  return (by === 'netem' ? downlink(link, by, routes) : delays(link, by, routes)).join('\n');
}

function uplink(link: Link | null): string[] {
  if (link === null || (link.uplinkBytesPerSecond === null && link.loss === 0)) {
    return [
      'tc qdisc del dev $dev root 2>/dev/null || true',
      `ip link set dev $dev gso_max_segs ${unlimitedSegments}`,
    ];
  }
  const shape = shapeOf(link.uplinkBytesPerSecond, link.loss);
  const { bytesPerSecond, burstBytes } = shape;
  const open = `rate ${openBytesPerSecond}bps quantum ${frameBytes}`;
  return [
    `ip link set dev $dev gso_max_segs ${shape.segments}`,
    `tc qdisc show dev $dev root | grep -q '^qdisc htb 1:' || tc qdisc add dev $dev root handle 1: htb default 1`,
    'tc -batch - <<TC',
    `class replace dev $dev parent 1: classid 1:1 htb rate ${bytesPerSecond}bps burst ${burstBytes} cburst ${burstBytes} quantum ${frameBytes}`,
    `class replace dev $dev parent 1: classid 1:2 htb ${open}`,
    `qdisc replace dev $dev parent 1:1 handle 11: bfifo limit ${shape.queueBytes}`,
    // It says that it has sent the packet: a sender that saw its own packet refused would not take it for lost.
    'qdisc replace dev $dev parent 1:2 handle 20: blackhole',
    'TC',
  ];
}

function downlink(link: Link | null, by: DelayWay, routes: readonly DelayRoute[]): string[] {
  if (by === 'netem' && routes.length > 0) return distantDownlink(link ?? UNSHAPED, routes);
  const delayed = link !== null && link.delayMs > 0 && by === 'netem';
  if (link === null || (link.downlinkBytesPerSecond === null && link.loss === 0 && !delayed)) {
    return ['tc qdisc del dev $dev ingress 2>/dev/null || true', `ip link del ${ifb} 2>/dev/null || true`];
  }
  const shape = shapeOf(link.downlinkBytesPerSecond, link.loss);
  const place = delayed ? `parent ${netem}1` : 'root';
  return [
    `ip link show ${ifb} >/dev/null 2>&1 || ip link add ${ifb} type ifb`,
    `ip link set dev ${ifb} gso_max_segs ${shape.segments} up`,
    // In place of the old one, with what waits there: a bundle that is larger than the bucket of a lower rate would never get through it,
    // and nothing behind it either. (htb lets a large packet go and waits afterwards.)
    'tc -batch - <<TC',
    ...(delayed ? [`qdisc replace dev ${ifb} root handle ${netem} netem ${netemWords(link)}`] : []),
    `qdisc replace dev ${ifb} ${place} handle 2: bfifo limit ${shape.queueBytes}`,
    `qdisc replace dev ${ifb} ${place} handle 1: tbf rate ${shape.bytesPerSecond}bps burst ${shape.burstBytes} limit ${shape.queueBytes}`,
    'TC',
    ...redirection,
  ];
}

const redirection = [
  `tc filter show dev $dev ingress 2>/dev/null | grep -q ${ifb} || tc -batch - <<TC`,
  'qdisc replace dev $dev handle ffff: ingress',
  `filter add dev $dev parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev ${ifb}`,
  'TC',
];

/** Classes stay where they are; only what they delay by, and whose packets they get, is changed. */
function distantDownlink(link: Link, routes: readonly DelayRoute[]): string[] {
  const shape = shapeOf(link.downlinkBytesPerSecond, link.loss);
  const { bytesPerSecond, burstBytes } = shape;
  const wordsOf = (route: Pick<Link, 'delayMs' | 'jitterMs'>) =>
    route.delayMs === 0 ? 'none' : netemWords(route);
  const delaysOf = [...new Set([wordsOf(link), ...routes.map(wordsOf)])];
  const classOf = (words: string) => (delaysOf.indexOf(words) + 0x10).toString(16);
  const htb = `burst ${burstBytes} cburst ${burstBytes} quantum ${frameBytes}`;
  const classes = delaysOf.flatMap((words) => {
    const id = classOf(words);
    const share = Math.max(1, Math.floor(bytesPerSecond / delaysOf.length));
    const queue = `bfifo limit ${shape.queueBytes}`;
    return [
      `class replace dev ${ifb} parent ${bucketClass} classid 4:${id} htb rate ${share}bps ceil ${bytesPerSecond}bps ${htb}`,
      ...(words === 'none'
        ? [`qdisc replace dev ${ifb} parent 4:${id} handle 1${id}: ${queue}`]
        : [
            `qdisc replace dev ${ifb} parent 4:${id} handle 2${id}: netem ${words}`,
            `qdisc replace dev ${ifb} parent 2${id}:1 handle 3${id}: ${queue}`,
          ]),
    ];
  });
  return [
    `ip link show ${ifb} >/dev/null 2>&1 || ip link add ${ifb} type ifb`,
    `ip link set dev ${ifb} gso_max_segs ${shape.segments} up`,
    // The link's own delay is the first: packets of nobody in particular are in its class.
    `tc qdisc show dev ${ifb} root | grep -q '^qdisc htb 4:' || tc qdisc replace dev ${ifb} root handle 4: htb default ${classOf(wordsOf(link))}`,
    // Filters come and go as a whole: the new ones are there before the old ones go.
    `old=$(tc filter show dev ${ifb} parent 4: | sed -n 's/.* pref \\([0-9]*\\) .*/\\1/p' | head -n 1)`,
    'new=$((3 - ${old:-2}))',
    'tc -batch - <<TC',
    `class replace dev ${ifb} parent 4: classid ${bucketClass} htb rate ${bytesPerSecond}bps ${htb}`,
    ...classes,
    ...routes.map(
      (route) =>
        `filter add dev ${ifb} parent 4: protocol ip pref $new u32 match ip src ${route.source}/32 flowid 4:${classOf(wordsOf(route))}`,
    ),
    'TC',
    `[ -z "$old" ] || tc filter del dev ${ifb} parent 4: pref $old`,
    ...redirection,
  ];
}

/** As many packets may wait as for the program. */
function netemWords({ delayMs, jitterMs }: Pick<Link, 'delayMs' | 'jitterMs'>): string {
  // With a rate, netem sends no packet before the one that came before it; the rate of the link is the bucket's, so this one is beyond all reach.
  const jitter = jitterMs === 0 ? '' : ` ${jitterMs}ms rate ${openBytesPerSecond}bps`;
  return `limit 100000 delay ${delayMs}ms${jitter}`;
}

function delays(link: Link | null, by: DelayWay, others: readonly DelayRoute[]): string[] {
  const { delayMs, jitterMs } = link ?? UNSHAPED;
  const routes = [...(delayMs > 0 ? [{ source: 'default', delayMs, jitterMs }] : []), ...others];
  return by === 'netem' || routes.length === 0 ? noDelayScript() : delayScript(routes);
}

/** One transaction: the old table goes and the new one comes between two packets. */
function losses(link: Link | null): string[] {
  const removal = [`table ${table}`, `delete table ${table}`];
  if (link === null || link.loss === 0) {
    return ['nft -f - 2>/dev/null <<NFT || true', ...removal, 'NFT'];
  }
  const lost = Math.round(link.loss * 1e6);
  const chosen = lost >= 1e6 ? 'counter' : `numgen random mod 1000000 < ${lost} counter`;
  return [
    'nft -f - <<NFT',
    ...removal,
    `table ${table} {`,
    '  chain leaving {',
    '    type filter hook postrouting priority 200;',
    `    oifname "$dev" ${chosen} meta priority set 1:2`,
    '  }',
    '  chain reaching {',
    '    type filter hook prerouting priority -350;',
    `    iifname "$dev" ${chosen} drop`,
    '  }',
    '}',
    'NFT',
  ];
}
