// The row of a distribution time, beside the least that the links allow.
import type { DistributionFacts } from '../../orchestrator/report/facts/distribution-facts.ts';
import type { BenchRow } from '../benchmark.ts';
import { missing } from '../harness/judge-row.ts';
import { median } from '../harness/statistics.ts';

export interface DistributionSetup {
  readonly name: string;
  readonly sizeMiB: number;
  readonly uplinkKiBs: number;
  /** Of the bound, as a share of the measured time; undefined where the figure is only there to be known. */
  readonly leastShare?: number;
}

/** Of one run; null where it told nothing of its file. */
export type ToldDistribution = Pick<
  DistributionFacts,
  'distributionMs' | 'bound' | 'completed' | 'links'
> | null;

export function aimOf({ leastShare }: DistributionSetup): string {
  return leastShare === undefined ? 'none' : `the bound is at least ${leastShare} of it`;
}

/** The median of the runs; not measured where in one of them not everybody got the file, for the others would be the lucky ones. */
export function timeRow(setup: DistributionSetup, told: readonly ToldDistribution[]): BenchRow {
  const { leastShare, uplinkKiBs, sizeMiB } = setup;
  const name = `distribution time, ${setup.name}`;
  const aim = aimOf(setup);
  const why = told.flatMap((one) => whyUnknown(one) ?? [])[0];
  if (why !== undefined) return missing(name, 's', aim, why);
  const seconds = median(told.map((one) => (one?.distributionMs ?? Number.NaN) / 1000));
  const bound = told[0]?.bound?.seconds ?? Number.NaN;
  const share = bound / seconds;
  return {
    name,
    measured: seconds,
    unit: 's',
    reference: { what: 'bound', value: bound },
    ratio: seconds / bound,
    aim,
    met: leastShare === undefined || share >= leastShare,
    note: `${sizeMiB} MiB over ${uplinkKiBs / 1024} MiB/s; the bound is ${share.toFixed(2)} of it`,
  };
}

function whyUnknown(told: ToldDistribution): string | undefined {
  if (told === null) return 'a run told nothing of its file';
  const { distributionMs, completed, links } = told;
  if (distributionMs !== null) return undefined;
  return `not everybody got the file: ${completed ?? 'an unknown number'} of ${links.receivers} nodes had all of it in the end`;
}
