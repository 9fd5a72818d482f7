// What the runs of a sweep came to, in the order of what was varied.
import { distributionBound, distributionLinks } from '../../distribution/distribution-bounds.ts';
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import type { SavedSweep, SweptRun } from '../../record/folder/sweep.ts';
import type { DistributionFacts } from '../facts/distribution-facts.ts';
import type { Outcome } from '../facts/run-facts.ts';
import { makeRunReport, type RunReport } from '../facts/run-report.ts';

export interface SweepRow {
  readonly swept: SweptRun;
  readonly outcome: Outcome;
  /** Values of the parameters that were varied, in the order of `SweepFacts.varied`. */
  readonly values: readonly (string | number)[];
  /** Place on the horizontal axis; null where there is none. */
  readonly x: number | null;
  /** The line that it belongs to. */
  readonly series: string;
  readonly distribution: DistributionFacts | null;
  readonly figures: Readonly<Record<FigureId, number | null>>;
  /** Of the distribution time, in seconds, from the links alone: there also where the run failed. */
  readonly boundSeconds: number | null;
  readonly boundBytesPerSecond: number | null;
}

export type FigureId =
  | 'distribution-time'
  | 'throughput'
  | 'bound-share'
  | 'from-servers'
  | 'served'
  | 'latency'
  | 'propagation'
  | 'connected';

export interface Figure {
  readonly id: FigureId;
  readonly title: string;
  readonly help: string;
  readonly unit: PanelUnit;
  readonly bound?: 'boundSeconds' | 'boundBytesPerSecond';
}

export const FIGURES: readonly Figure[] = [
  {
    id: 'distribution-time',
    title: 'Distribution time',
    help: 'Time until the last node had the whole file, and the lower bound set by the links. Lower is better.',
    unit: 'seconds',
    bound: 'boundSeconds',
  },
  {
    id: 'throughput',
    title: 'Total throughput',
    help: 'Bytes that all nodes requested, divided by the distribution time, and the most that the links allow. Higher is better.',
    unit: 'bytes-per-second',
    bound: 'boundBytesPerSecond',
  },
  {
    id: 'bound-share',
    title: 'Of the bound',
    help: 'The lower bound set by the links as a share of the measured time: 100 % is the fastest possible.',
    unit: 'share',
  },
  {
    id: 'from-servers',
    title: 'Bytes from servers',
    help: 'Bytes of files that servers sent. If clients don’t help each other, it is the whole file once for each node.',
    unit: 'bytes',
  },
  {
    id: 'served',
    title: 'Served rate',
    help: 'Requests answered as expected per second, in the phase with the highest rate.',
    unit: 'per-second',
  },
  {
    id: 'latency',
    title: 'Latency p95',
    help: 'Latency of users’ requests, in the same phase.',
    unit: 'milliseconds',
  },
  {
    id: 'propagation',
    title: 'Propagation p99',
    help: 'Time within which 99 % of the receivers had a message, median over the run.',
    unit: 'seconds',
  },
  {
    id: 'connected',
    title: 'Time to a connected network',
    help: 'Time until every node could reach every other one.',
    unit: 'milliseconds',
  },
];

export interface SweepFacts {
  readonly scenario: string;
  readonly description: string;
  /** Names of the parameters that differ among the runs. */
  readonly varied: readonly string[];
  /** The one on the horizontal axis; null where none is a number. */
  readonly axis: string | null;
  readonly rows: readonly SweepRow[];
  readonly series: readonly string[];
  /** Those that at least one run has; of a file that is distributed, not those of its requests. */
  readonly figures: readonly Figure[];
}

export function sweepFacts(sweep: SavedSweep): SweepFacts {
  const valuesOf = (nth: number) => sweep.saved[nth]?.scenario.parameters ?? sweep.runs[nth]?.set ?? {};
  const all = sweep.runs.map((_, nth) => valuesOf(nth));
  const names = [...new Set(all.flatMap((values) => Object.keys(values)))];
  const distinct = (name: string) => new Set(all.map((values) => String(values[name]))).size;
  const varied = names.filter((name) => distinct(name) > 1);
  const axis = chooseAxis(varied, all, distinct);
  const rows = sweep.runs.map((swept, nth) =>
    rowOf(swept, sweep.saved[nth], all[nth] ?? {}, { varied, axis }),
  );
  const first = sweep.saved.find((run) => run !== undefined);
  const distributes = rows.some(({ distribution }) => distribution !== null);
  const present = FIGURES.filter(
    ({ id }) =>
      rows.some(({ figures }) => figures[id] !== null && (id !== 'from-servers' || figures[id] > 0)) &&
      !(distributes && (id === 'served' || id === 'latency')),
  );
  return {
    scenario: first?.scenario.name ?? sweep.file,
    description: first?.scenario.description ?? '',
    varied,
    axis,
    rows,
    series: [...new Set(rows.map(({ series }) => series))],
    figures: present,
  };
}

type Values = Readonly<Record<string, string | number>>;

/** `nodes` where it was varied, else the number with the most values. */
function chooseAxis(
  varied: readonly string[],
  all: readonly Values[],
  distinct: (name: string) => number,
): string | null {
  const numbers = varied.filter((name) => all.every((values) => Number.isFinite(Number(values[name]))));
  if (numbers.includes('nodes')) return 'nodes';
  return numbers.toSorted((a, b) => distinct(b) - distinct(a))[0] ?? null;
}

function rowOf(
  swept: SweptRun,
  run: SavedRun | undefined,
  values: Values,
  { varied, axis }: Pick<SweepFacts, 'varied' | 'axis'>,
): SweepRow {
  const links = run === undefined ? null : distributionLinks(run.scenario);
  const bound = links === null ? null : distributionBound(links);
  const report = run === undefined ? undefined : makeRunReport(run);
  const distribution = report?.distribution ?? null;
  const others = varied.filter((name) => name !== axis).map((name) => seriesWord(name, values[name]));
  return {
    swept,
    outcome: report?.outcome ?? 'broken',
    values: varied.map((name) => values[name] ?? ''),
    x: axis === null ? null : Number(values[axis]),
    series: others.length > 0 ? others.join(', ') : (distribution?.links.topology ?? 'measured'),
    distribution,
    figures: report === undefined ? NOTHING : figuresOf(report),
    boundSeconds: bound?.seconds ?? null,
    boundBytesPerSecond:
      bound === null || links === null ? null : (links.receivers * links.fileBytes) / bound.seconds,
  };
}

/** Words speak for themselves, numbers need their name. */
function seriesWord(name: string, value: string | number | undefined): string {
  return typeof value === 'string' && Number.isNaN(Number(value)) ? value : `${name} ${value ?? ''}`;
}

const NOTHING: SweepRow['figures'] = {
  'distribution-time': null,
  throughput: null,
  'bound-share': null,
  'from-servers': null,
  served: null,
  latency: null,
  propagation: null,
  connected: null,
};

function figuresOf({ run, distribution, network }: RunReport): SweepRow['figures'] {
  const best = (run.verdict?.phases ?? [])
    .filter(({ servedPerSecond }) => servedPerSecond !== null)
    .toSorted((a, b) => (b.servedPerSecond ?? 0) - (a.servedPerSecond ?? 0))[0];
  const time = distribution?.distributionMs ?? null;
  return {
    'distribution-time': time === null ? null : time / 1000,
    throughput: distribution?.throughputBytesPerSecond ?? null,
    'bound-share': distribution?.boundShare ?? null,
    'from-servers': distribution?.completed == null ? null : distribution.bytesFromServers,
    served: best?.servedPerSecond ?? null,
    latency: best?.p95Ms ?? null,
    propagation: medianP99(run),
    connected: network.connected?.afterMs ?? null,
  };
}

function medianP99({ samples }: SavedRun): number | null {
  const values = samples?.panels['event-delivery']
    ?.find(({ legend }) => legend === 'p99')
    ?.points.map(([, value]) => value)
    .toSorted((a, b) => a - b);
  return values?.[Math.floor(values.length / 2)] ?? null;
}
