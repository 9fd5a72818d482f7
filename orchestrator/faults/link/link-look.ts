// Whether a link is as it is to be, by what the kernel of the node says of it: the queues and rules that stand there, the packets they have met, and
// how long a round trip takes. Pure.
import type { Link } from '../../scenario/groups/group.ts';
import type { FaultHost } from '../kind/fault-host.ts';
import { figureOf } from '../kind/figure-of.ts';
import type { Sighting } from '../kind/sighting.ts';
import { queueNumber } from './delay-script.ts';
import type { DelayWay } from './delay-way.ts';
import { bucketClass, ifb, linkNumbers, type LinkNumbers, table } from './link-script.ts';

/** The kernel keeps a rate in units of its own. */
const RATE_OFF = 0.01;
/** A round trip takes at least this share of the delay that is asked for, its jitter taken off: two clocks are read. */
const LEAST_OF_DELAY = 0.9;
/** A round trip is waited for so much longer than it is to take. */
const MARGIN_MS = 500;
/** Looks are to be over in two seconds: longer delays are seen by what stands there alone. */
const LONGEST_TRIP_MS = 1000;

/**
 * A shell script that connects to who refuses at once, for the time of a round trip, and writes what there is then:
 * `trip=40 uplink=1045500 downlink=- lost=10000 met=3 netem=0 queue=1`, `-` for what there is not.
 */
export function linkLookScript(link: Link | null, { address, closedPort }: FaultHost['witness']): string {
  const seconds = (Math.min(tripMs(link), LONGEST_TRIP_MS) + MARGIN_MS) / 1000;
  const numberAfter = (key: string): string => `grep -o '"${key}":[0-9]*' | head -n 1 | cut -d : -f 2`;
  return [
    `trip=$(timeout ${seconds} bash -c 'a=\${EPOCHREALTIME/./}; said=$({ : <>/dev/tcp/${address}/${closedPort}; } 2>&1); b=\${EPOCHREALTIME/./}; case $said in *refused*) echo $(((b - a) / 1000)) ;; esac') || true`,
    `uplink=$(tc -j class show dev $dev classid 1:1 2>/dev/null | ${numberAfter('rate')})`,
    `downlink=$(tc -j qdisc show dev ${ifb} 2>/dev/null | grep -o '"kind":"tbf".*' | ${numberAfter('rate')})`,
    `[ -n "$downlink" ] || downlink=$(tc -j class show dev ${ifb} classid ${bucketClass} 2>/dev/null | ${numberAfter('rate')})`,
    `netem=$(tc qdisc show dev ${ifb} 2>/dev/null | grep -c netem) || true`,
    `rules=$(nft list table ${table} 2>/dev/null) || true`,
    `lost=$(echo "$rules" | sed -n 's/.*mod 1000000 < \\([0-9]*\\) .*/\\1/p' | head -n 1)`,
    'case "$lost$rules" in counter*|[!0-9]*counter*) lost=1000000 ;; esac',
    `met=$(echo "$rules" | awk '/ counter packets /{for(i=1;i<NF;i++)if($i=="packets")n+=$(i+1)}END{print n+0}')`,
    `queue=$(grep -c '^ *${queueNumber} ' /proc/self/net/netfilter/nfnetlink_queue 2>/dev/null) || true`,
    'echo "trip=${trip:--} uplink=${uplink:--} downlink=${downlink:--} lost=${lost:--} met=$met netem=${netem:-0} queue=${queue:-0}"',
  ].join('\n');
}

/**
 * @param output of the script; undefined where the node has gone.
 * @param isDistant whether packets from some nodes are to wait longer.
 */
export function linkSighting(
  link: Link | null,
  by: DelayWay,
  output: string | undefined,
  isDistant = false,
): Sighting {
  const seen = parse(output ?? '');
  const wanted = linkNumbers(link, by, isDistant);
  const isSo =
    output !== undefined &&
    isRate(seen.uplink, wanted.uplink) &&
    isRate(seen.downlink, wanted.downlink) &&
    seen.lost === wanted.lost &&
    seen.delayedBy === wanted.delayedBy &&
    isDelayed(link, seen.tripMs);
  return { isSo, saw: words(seen) };
}

interface SeenLink extends LinkNumbers {
  /** Packets that the rules for losses have taken. */
  readonly met: number;
  /** null = no answer. */
  readonly tripMs: number | null;
}

function parse(output: string): SeenLink {
  const number = (word: string) => figureOf(word, output);
  const ways = { netem: number('netem') ?? 0, program: number('queue') ?? 0 };
  return {
    uplink: number('uplink'),
    downlink: number('downlink'),
    lost: number('lost'),
    met: number('met') ?? 0,
    delayedBy: ways.netem > 0 ? 'netem' : ways.program > 0 ? 'program' : null,
    tripMs: number('trip'),
  };
}

function isRate(seen: number | null, wanted: number | null): boolean {
  if (seen === null || wanted === null) return seen === wanted;
  return Math.abs(seen - wanted) <= Math.max(RATE_OFF * wanted, 1);
}

/** A round trip that is lost says nothing of a link that loses packets, or is cut off besides: then the queue that stands there has to do. */
function isDelayed(link: Link | null, seenMs: number | null): boolean {
  if (link === null || link.delayMs === 0 || seenMs === null) return true;
  return seenMs >= LEAST_OF_DELAY * (link.delayMs - link.jitterMs) - 1;
}

function tripMs(link: Link | null): number {
  return link === null ? 0 : link.delayMs + link.jitterMs;
}

function words({ uplink, downlink, lost, met, delayedBy, tripMs: took }: SeenLink): string {
  const parts = [
    uplink === null ? '' : `frames leave at ${uplink} bytes/s at most`,
    downlink === null ? '' : `arrive at ${downlink} bytes/s at most`,
    lost === null ? '' : `${lost / 10_000}% lost, ${met} packets so far`,
    delayedBy === null ? '' : `packets wait (${delayedBy})`,
    took === null ? 'no answer from the agent' : `a round trip took ${took} ms`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
