// Which resource ran out, where and when: read from saved time series, for the whole run and for each phase. Pure.
//
import { type Phase, warmUpEndMs } from '../../scenario/timeline/timeline.ts';

// In one sentence each:
// - cpu: a node used 95 % of its CPU limit or more, or was throttled in half of its scheduler periods while using 80 %;
// - memory: a node's working set (what the kernel cannot simply drop) was 95 % of its limit or more;
// - uplink, downlink: a node sent or received 95 % of the rate of its link or more;
// - generator-cpu: a generator used 80 % of its CPU limit or more, or was throttled in half of its scheduler periods;
// - host-cpu: 95 % of a host's CPU was busy, time stolen by a hypervisor included;
// - host-steal: a hypervisor gave 15 % of a host's CPU or more to others;
// and each for three seconds or longer without a break: a node that is held back for a moment while it starts up has not run out of anything.
//
// Sliding rates look back beyond the start of the load, and a short load is over before they show it. Where the whole of a load is at hand as
// one figure (`Whole`), CPU that was used up over all of it has run out from its start on.
import type { Series } from '../../record/samples.ts';
import type { Saturation } from '../figures/figures.ts';

/** [milliseconds since the start of the load, share], 1 = all of it. */
type SharePoints = readonly (readonly [number, number])[];

export interface NodeSeries {
  readonly node: string;
  readonly group: string;
  /** `generator` is what matters here; the other roles are treated alike. */
  readonly role: string;
  readonly points: SharePoints;
}

/** Nodes with a limit of which there is no sample. */
export interface MissingNodes {
  readonly resource: 'cpu' | 'memory';
  readonly group: string;
  /** [milliseconds after the start of the load, nodes]. */
  readonly points: SharePoints;
}

/** Shares of all the CPU time of a host. */
export interface HostSeries {
  /** Its name; null where there is but one. */
  readonly host: string | null;
  /** What was not idle (waiting for disks counts as idle, steal as busy). */
  readonly busy: SharePoints;
  /** What the run's own containers used. */
  readonly own: SharePoints;
  /** What a hypervisor gave to others while something here wanted to run. */
  readonly stolen: SharePoints;
}

export interface ResourceSeries {
  /** Seconds between points. */
  readonly stepSeconds: number;
  /** CPU used as a share of the limit. Nodes without a limit have none: `hosts` speaks for them. */
  readonly cpu: readonly NodeSeries[];
  /** Share of scheduler (CFS) periods in which the node had used up its quota. */
  readonly throttled: readonly NodeSeries[];
  /** Working set as a share of the limit. Nodes without a limit have none. */
  readonly memory: readonly NodeSeries[];
  /** Bytes sent as a share of the rate of the node's link. Nodes without a rate have none. */
  readonly uplink: readonly NodeSeries[];
  /** Bytes received, likewise. */
  readonly downlink: readonly NodeSeries[];
  /** Each by itself: what is used up on one is no less so where others have it to spare. */
  readonly hosts: readonly HostSeries[];
  /** Where a limit could not be held against anything. */
  readonly unwatched: readonly MissingNodes[];
}

/** One stretch of load as a whole: what was used between its first and last scrape, not a rate that slides over it. */
export interface Whole {
  readonly fromMs: number;
  readonly forMs: number;
  /** One point a series, whatever its time. */
  readonly series: ResourceSeries;
}

/**
 * Thresholds, with their sources.
 * - cpuFull: CFS hands out quota in slices, so a container at its limit hovers a little under 1 (kernel documentation,
 *   sched-bwc: up to 1 ms a period and core can go unused).
 * - throttledShare with throttledUse: half of the periods. kubernetes-mixin's CPUThrottlingHigh alert warns at 25 %, but
 *   bursts alone can do that at low use; with 80 % used as well it is the limit that holds the node back.
 * - generatorUse: k6's guide for large tests asks to leave a generator at least 20 % idle, since without them it measures
 *   its own delays.
 * - memoryFull: our choice; at 1 the kernel's out-of-memory killer acts, so little more than the last reading is left.
 * - linkFull: links carry their rate of payload within a twentieth (decision 0008). The counters it is held against see headers too (0 to 4.6 %
 *   of a payload, by how packets are bundled), so a link that counts as full is at 91 % of what it can carry or more.
 * - hostFull: our choice, like cpuFull.
 * - othersShare: our choice: a quarter of the host's CPU in use by what is not part of the run.
 * - stolenShare: our choice, from 52 runs on a virtual machine of two cores that others used too: rates over 5 s came to 1 % in the median,
 *   5.5 % in one of ten and 8.6 % in one of twenty. For 3 s or longer, 12 of the runs saw 5 %, 6 saw 8 %, 4 saw 10 %, 2 saw 12 %; 15 %
 *   only one, which lost a third of its CPU from beginning to end. That is what must not pass.
 * - leastMs: our choice: three scrapes, longer than the start of a node.
 */
const Threshold = {
  cpuFull: 0.95,
  throttledShare: 0.5,
  throttledUse: 0.8,
  generatorUse: 0.8,
  memoryFull: 0.95,
  linkFull: 0.95,
  hostFull: 0.95,
  othersShare: 0.25,
  stolenShare: 0.15,
  leastMs: 3000,
} as const;

/** Points further apart than this many steps do not make one stretch: something was not measured in between. */
const mostGapSteps = 3.5;
/** Containers that observe the run. They are not part of what is tested, whatever they use. */
const observers: ReadonlySet<string> = new Set(['agent', 'prometheus']);
/** Scrapes are not simultaneous: stretches that began this close together began at once, and the worse one is named. */
const tieMs = 1000;

export interface FoundSaturations {
  /** The first resource of the whole run to run out. */
  readonly first: Saturation | null;
  /** Phase → the first within it; a stretch is cut at the phase's edges. */
  readonly phases: Readonly<Record<string, Saturation | null>>;
  /** Every generator that ran out of CPU, first stretch of each. They make a measurement invalid. */
  readonly generators: readonly Saturation[];
  /** The first stretch after the warm-up in which a host was full and a quarter of it went to others than the run. Also invalid. */
  readonly hostByOthers: Saturation | null;
  /** The first stretch in which a hypervisor took much of a host's CPU away. Also invalid. */
  readonly hostStolen: Saturation | null;
  /** Whether there was any sample of a host: without one it is unknown what disturbed the measurement. */
  readonly hostWatched: boolean;
  /** The first stretch of every resource of every node, in order of time. */
  readonly all: readonly Saturation[];
}

/** @param whole the load as a whole, where it is so short that stretches alone would miss what ran out. */
export function findSaturations(
  series: ResourceSeries,
  phases: readonly Phase[],
  whole?: Whole,
): FoundSaturations {
  const gapMs = mostGapMs(series);
  const throughout = whole === undefined ? [] : saturationsOf(whole);
  const beginMs = warmUpEndMs(phases);
  const stretches = saturationsWithin(series, beginMs, Number.POSITIVE_INFINITY);
  const all = [...throughout, ...stretches.filter((each) => !throughout.some((one) => isSame(one, each)))];
  all.sort((a, b) => a.fromMs - b.fromMs);
  const byOthers = series.hosts.flatMap((each) => filledByOthers(each, beginMs, gapMs) ?? []);
  return {
    first: firstOf(all),
    phases: Object.fromEntries(
      phases.map(({ name, startMs, endMs }) => [name, firstOf(saturationsWithin(series, startMs, endMs))]),
    ),
    generators: all.filter(({ resource }) => resource === 'generator-cpu'),
    hostByOthers: byOthers.toSorted((a, b) => a.fromMs - b.fromMs)[0] ?? null,
    hostStolen: all.find(({ resource }) => resource === 'host-steal') ?? null,
    hostWatched: series.hosts.some(({ busy }) => busy.length > 0),
    all,
  };
}

/** The series of a saved panel that belong to a node. Series without a `node` label, and those of observers, are left out. */
export function nodeSeries(saved: readonly Series[]): readonly NodeSeries[] {
  return saved.flatMap(({ labels, points }) => {
    const { node, group = '', role = '' } = labels;
    return node === undefined || observers.has(role) ? [] : [{ node, group, role, points }];
  });
}

/**
 * What was used up over the whole of a load. Memory is not asked for: it is a level, and stretches show it at once. Nor is what a hypervisor
 * took: of a load of two seconds it may be 15 % by chance.
 */
function saturationsOf({ series, fromMs, forMs }: Whole): readonly Saturation[] {
  const gapMs = mostGapMs(series);
  const found = [
    ...series.cpu.map((each) => cpuOf(each, series.throttled, gapMs, 0)),
    ...series.uplink.map((each) => linkOf('uplink', each, gapMs, 0)),
    ...series.downlink.map((each) => linkOf('downlink', each, gapMs, 0)),
    ...series.hosts.map((each) => hostStretch(each, gapMs, isFull, 0)),
  ];
  return found.filter((each) => each !== null).map((each) => ({ ...each, fromMs, forMs }));
}

function isSame(a: Saturation, b: Saturation): boolean {
  return a.resource === b.resource && a.node === b.node && a.host === b.host;
}

function saturationsWithin(series: ResourceSeries, fromMs: number, toMs: number): readonly Saturation[] {
  const gapMs = mostGapMs(series);
  // A rate looks back: the point at the end tells of the last seconds before it. A phase that is the whole load finds what the load does.
  const cut = (points: SharePoints) => points.filter(([atMs]) => atMs >= fromMs && atMs <= toMs);
  const found = [
    ...series.cpu.map((each) => cpuOf({ ...each, points: cut(each.points) }, series.throttled, gapMs)),
    ...series.memory.map((each) => memoryOf({ ...each, points: cut(each.points) }, gapMs)),
    ...series.uplink.map((each) => linkOf('uplink', { ...each, points: cut(each.points) }, gapMs)),
    ...series.downlink.map((each) => linkOf('downlink', { ...each, points: cut(each.points) }, gapMs)),
    ...series.hosts.map((each) => hostStretch({ ...each, busy: cut(each.busy) }, gapMs, isFull)),
    ...series.hosts.map((each) => stolenStretch({ ...each, stolen: cut(each.stolen) }, gapMs)),
  ].filter((each) => each !== null);
  return found.sort((a, b) => a.fromMs - b.fromMs);
}

function cpuOf(
  cpu: NodeSeries,
  throttledSeries: readonly NodeSeries[],
  gapMs: number,
  leastMs: number = Threshold.leastMs,
): Saturation | null {
  const isGenerator = cpu.role === 'generator';
  const throttled = throttledSeries.find(({ node }) => node === cpu.node)?.points ?? [];
  const full = isGenerator ? Threshold.generatorUse : Threshold.cpuFull;
  const leastUse = isGenerator ? 0 : Threshold.throttledUse;
  const isExhausted = (use: number, atMs: number) => {
    const heldBack = valueAt(throttled, atMs, gapMs) ?? 0;
    return use >= full || (heldBack >= Threshold.throttledShare && use >= leastUse);
  };
  const stretch = firstStretch(cpu.points, { gapMs, leastMs }, isExhausted);
  if (stretch === null) return null;
  const during = throttled.filter(
    ([atMs]) => atMs >= stretch.fromMs && atMs <= stretch.fromMs + stretch.forMs,
  );
  return {
    resource: isGenerator ? 'generator-cpu' : 'cpu',
    group: cpu.group,
    node: cpu.node,
    role: cpu.role,
    ...stretch,
    throttled: during.length === 0 ? null : Math.max(...during.map(([, share]) => share)),
  };
}

function memoryOf({ group, node, role, points }: NodeSeries, gapMs: number): Saturation | null {
  const { leastMs, memoryFull } = Threshold;
  const stretch = firstStretch(points, { gapMs, leastMs }, (use) => use >= memoryFull);
  return stretch && { resource: 'memory', group, node, role, ...stretch, throttled: null };
}

function linkOf(
  resource: 'uplink' | 'downlink',
  { group, node, role, points }: NodeSeries,
  gapMs: number,
  leastMs: number = Threshold.leastMs,
): Saturation | null {
  const stretch = firstStretch(points, { gapMs, leastMs }, (use) => use >= Threshold.linkFull);
  if (stretch === null) return null;
  // What is counted above the rate are headers and late scrapes: a link carries no more than all of it.
  return { resource, group, node, role, ...stretch, use: Math.min(1, stretch.use), throttled: null };
}

function isFull(busy: number): boolean {
  return busy >= Threshold.hostFull;
}

function hostStretch(
  { host, busy }: HostSeries,
  gapMs: number,
  isExhausted: (busy: number, atMs: number) => boolean,
  leastMs: number = Threshold.leastMs,
): Saturation | null {
  const stretch = firstStretch(busy, { gapMs, leastMs }, isExhausted);
  return stretch && { resource: 'host-cpu', ...ofHost(host), ...stretch, throttled: null };
}

function filledByOthers(series: HostSeries, beginMs: number, gapMs: number): Saturation | null {
  const counted = { ...series, busy: series.busy.filter(([atMs]) => atMs >= beginMs) };
  return hostStretch(counted, gapMs, (busy, atMs) => {
    const own = valueAt(series.own, atMs, gapMs);
    return isFull(busy) && own !== null && busy - own >= Threshold.othersShare;
  });
}

function stolenStretch({ host, stolen }: HostSeries, gapMs: number): Saturation | null {
  const { leastMs, stolenShare } = Threshold;
  const stretch = firstStretch(stolen, { gapMs, leastMs }, (share) => share >= stolenShare);
  return stretch && { resource: 'host-steal', ...ofHost(host), ...stretch, throttled: null };
}

function ofHost(host: string | null): Pick<Saturation, 'group' | 'node' | 'host'> {
  return { group: 'host', node: 'host', ...(host !== null && { host }) };
}

interface Stretch {
  readonly fromMs: number;
  readonly forMs: number;
  readonly use: number;
}

/** The first unbroken stretch of exhausted points that lasts long enough, with the worst use in it. */
function firstStretch(
  points: SharePoints,
  { gapMs, leastMs }: { readonly gapMs: number; readonly leastMs: number },
  isExhausted: (use: number, atMs: number) => boolean,
): Stretch | null {
  let current: Stretch | null = null;
  for (const [atMs, use] of points) {
    const goesOn: boolean = current !== null && atMs - (current.fromMs + current.forMs) <= gapMs;
    const exhausted = isExhausted(use, atMs);
    if (current !== null && goesOn && exhausted) {
      current = { fromMs: current.fromMs, forMs: atMs - current.fromMs, use: Math.max(current.use, use) };
    } else if (current !== null && current.forMs >= leastMs) {
      return current;
    } else {
      current = exhausted ? { fromMs: atMs, forMs: 0, use } : null;
    }
  }
  return current !== null && current.forMs >= leastMs ? current : null;
}

function mostGapMs({ stepSeconds }: ResourceSeries): number {
  return mostGapSteps * stepSeconds * 1000;
}

/** The latest value at or before a moment, if it is not too old. */
function valueAt(points: SharePoints, atMs: number, mostAgeMs: number): number | null {
  const found = points.findLast(([eachMs]) => eachMs <= atMs);
  return found !== undefined && atMs - found[0] <= mostAgeMs ? found[1] : null;
}

/** The earliest; among those that began together, the one with the highest use, then the most held back. */
function firstOf(found: readonly Saturation[]): Saturation | null {
  const earliestMs = found[0]?.fromMs;
  if (earliestMs === undefined) return null;
  const together = found.filter(({ fromMs }) => fromMs - earliestMs <= tieMs);
  return together.reduce((worst, each) => (isWorse(each, worst) ? each : worst));
}

function isWorse(a: Saturation, b: Saturation): boolean {
  if (a.use !== b.use) return a.use > b.use;
  return (a.throttled ?? 0) > (b.throttled ?? 0);
}
