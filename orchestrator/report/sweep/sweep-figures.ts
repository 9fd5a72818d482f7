// The figures of its runs that a sweep compares: what users got, and what it took. Pure.
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import type { PhaseFigures } from '../../measure/figures/figures.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { warmUpNames } from '../../scenario/timeline/timeline.ts';
import type { RecordsTotal } from '../facts/recovery-facts.ts';
import type { RunReport } from '../facts/run-report.ts';
import { CHANGE_FIGURES, type ChangeFigureId, changeFiguresOf } from './change-figures.ts';
import { ofAll } from './of-all.ts';

export type FigureId =
  | 'distribution-time'
  | 'throughput'
  | 'bound-share'
  | ChangeFigureId
  | 'fault-served'
  | 'recovered'
  | 'records-lost'
  | 'rpo'
  | 'served'
  | 'latency'
  | 'propagation'
  | 'connected'
  | 'from-servers'
  | 'sent-by-servers'
  | 'servers-cpu'
  | 'users-cpu';

export interface Figure {
  readonly id: FigureId;
  readonly title: string;
  readonly help: string;
  readonly unit: PanelUnit;
  readonly better: 'lower' | 'higher';
  /** What it took, and not what users got: told beside who is ahead, and never a reason to be ahead. */
  readonly isCost?: true;
  readonly bound?: 'boundSeconds' | 'boundBytesPerSecond';
}

export type FigureValues = Readonly<Record<FigureId, number | null>>;

/** In the order in which they are told. */
export const FIGURES: readonly Figure[] = [
  {
    id: 'distribution-time',
    title: 'Distribution time',
    help: 'Time until the last node had the whole file, and the lower bound set by the links. Lower is better.',
    unit: 'seconds',
    better: 'lower',
    bound: 'boundSeconds',
  },
  {
    id: 'throughput',
    title: 'Total throughput',
    help: 'Bytes that all nodes requested, divided by the distribution time, and the most that the links allow. Higher is better.',
    unit: 'bytes-per-second',
    better: 'higher',
    bound: 'boundBytesPerSecond',
  },
  {
    id: 'bound-share',
    title: 'Share of the bound',
    help: 'The lower bound set by the links as a share of the measured time: 100 % is the fastest possible.',
    unit: 'share',
    better: 'higher',
  },
  ...CHANGE_FIGURES,
  {
    id: 'fault-served',
    title: 'Served after the fault',
    help: 'Operations that ended well as a share of all, from the fault to its end or the next one; of several faults, the lowest. Higher is better.',
    unit: 'share',
    better: 'higher',
  },
  {
    id: 'recovered',
    title: 'Recovered after',
    help: 'Time from the fault until users were served as before; of several faults, the longest. No value where they never were. Lower is better.',
    unit: 'milliseconds',
    better: 'lower',
  },
  {
    id: 'records-lost',
    title: 'Records lost',
    help: 'Acknowledged records of the run’s own that could not be read back with their content, as a share of all acknowledged ones. Lower is better.',
    unit: 'share',
    better: 'lower',
  },
  {
    id: 'rpo',
    title: 'RPO',
    help: 'How far back a destruction has set the service: from the acknowledgement of the newest record before which nothing is lost; of several, the longest. Lower is better.',
    unit: 'milliseconds',
    better: 'lower',
  },
  {
    id: 'served',
    title: 'Served rate',
    help: 'Requests answered as expected per second, in the phase with the highest rate. Higher is better.',
    unit: 'per-second',
    better: 'higher',
  },
  {
    id: 'latency',
    title: 'Latency p95',
    help: 'Latency of users’ requests, in the same phase. No value where so many were never answered that only its least is known (≥). Lower is better.',
    unit: 'milliseconds',
    better: 'lower',
  },
  {
    id: 'propagation',
    title: 'Propagation p99',
    help: 'Time within which 99 % of the receivers had a message, median over the run. Lower is better.',
    unit: 'seconds',
    better: 'lower',
  },
  {
    id: 'connected',
    title: 'Time to a connected network',
    help: 'Time until every node could reach every other one. Lower is better.',
    unit: 'milliseconds',
    better: 'lower',
  },
  {
    id: 'from-servers',
    title: 'Bytes from servers',
    help: 'Bytes of files that servers sent. If clients don’t help each other, it is the whole file once for each node.',
    unit: 'bytes',
    better: 'lower',
    isCost: true,
  },
  {
    id: 'sent-by-servers',
    title: 'Bytes sent by servers',
    help: 'Bytes that servers, balancers, databases and trackers sent during the load.',
    unit: 'bytes',
    better: 'lower',
    isCost: true,
  },
  {
    id: 'servers-cpu',
    title: 'CPU of servers',
    help: 'CPU time that servers, balancers, databases and trackers used during the load.',
    unit: 'seconds',
    better: 'lower',
    isCost: true,
  },
  {
    id: 'users-cpu',
    title: 'CPU of users’ machines',
    help: 'CPU time that all clients and peers together used during the load. Nobody sends a bill for it, but the users pay it.',
    unit: 'seconds',
    better: 'lower',
    isCost: true,
  },
];

export const NO_FIGURES: FigureValues = Object.fromEntries(
  FIGURES.map(({ id }) => [id, null]),
) as FigureValues;

/** null where a run has no such figure, or only the least that it may be is known: means of such ones would be too good. */
export function figuresOf(report: RunReport): FigureValues {
  const { run, distribution, network, faults, recovery, usage } = report;
  const best = bestPhase(run);
  const time = distribution?.distributionMs ?? null;
  return {
    'distribution-time': time === null ? null : time / 1000,
    throughput: distribution?.throughputBytesPerSecond ?? null,
    'bound-share': distribution?.boundShare ?? null,
    ...changeFiguresOf(report),
    'fault-served': ofAll(
      faults.map(({ servedShare }) => servedShare),
      Math.min,
    ),
    recovered: ofAll(
      faults.map(({ impact }) => impact.recoveredAfterMs),
      Math.max,
    ),
    'records-lost': lostShare(recovery?.records ?? null),
    rpo: ofAll(
      (recovery?.destructions ?? []).map(({ records }) => records?.rpoMs ?? null),
      Math.max,
    ),
    served: best?.servedPerSecond ?? null,
    latency: leastOf(report).latency === undefined ? (best?.p95Ms ?? null) : null,
    propagation: medianP99(run),
    connected: network.connected?.afterMs ?? null,
    'from-servers': distribution?.completed == null ? null : distribution.bytesFromServers,
    'sent-by-servers': usage === null ? null : usage.servers.sentBytes,
    'servers-cpu': usage === null ? null : usage.servers.cpuSeconds,
    // Of a system without a single machine of a user nothing is known of them.
    'users-cpu': usage === null || usage.users.nodes === 0 ? null : usage.users.cpuSeconds,
  };
}

/** Figures that are no less than this, and perhaps more. */
export function leastOf({ run }: RunReport): Partial<Record<FigureId, number>> {
  const best = bestPhase(run);
  return best?.p95Ms != null && best.atLeast?.includes('p95') === true ? { latency: best.p95Ms } : {};
}

/** A warm-up counts for nothing. */
function bestPhase({ verdict, plan }: SavedRun): PhaseFigures | undefined {
  const uncounted = warmUpNames(plan.phases);
  return (verdict?.phases ?? [])
    .filter(({ servedPerSecond, phase }) => servedPerSecond !== null && !uncounted.includes(phase))
    .toSorted((a, b) => (b.servedPerSecond ?? 0) - (a.servedPerSecond ?? 0))[0];
}

function lostShare(records: RecordsTotal | null): number | null {
  return records === null || records.acknowledged === 0 ? null : records.lost / records.acknowledged;
}

function medianP99({ samples }: SavedRun): number | null {
  const values = samples?.panels['event-delivery']
    ?.find(({ legend }) => legend === 'p99')
    ?.points.map(([, value]) => value)
    .toSorted((a, b) => a - b);
  return values?.[Math.floor(values.length / 2)] ?? null;
}
