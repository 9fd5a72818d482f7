// What the trials of the launch benchmark say. Ratios are medians over repetitions of two trials that stood beside each other in time, for the
// machine itself is not equally quick all the time.
import type { BenchRow } from '../benchmark.ts';
import { atMostTimes, known, missing } from '../harness/judge-row.ts';
import { median } from '../harness/statistics.ts';
import type { Trial } from './launcher.ts';

/** Per launcher, one trial per repetition. */
export type TrialsByLauncher = readonly { readonly launcher: string; readonly trials: readonly Trial[] }[];

export interface LaunchTrials {
  readonly nodes: number;
  readonly topolab: TrialsByLauncher;
  readonly raw: TrialsByLauncher;
  readonly compose: TrialsByLauncher;
}

type Field = keyof Trial;

export function launchRows({ nodes, topolab, raw, compose }: LaunchTrials): readonly BenchRow[] {
  const ready = (most?: number) => compare(`${nodes} nodes ready`, 'launchMs', topolab, raw, most);
  return [
    ready(1.1),
    known({
      name: 'of which the agent',
      measured: median(valuesOf(topolab[0]?.trials ?? [], 'helpersMs')),
      unit: 's',
      note: 'launched and answering; every run has one, and the raw API needs none',
    }),
    compare(`${nodes} nodes removed`, 'removeMs', topolab, raw),
    ...(compose.length === 0
      ? [
          missing(
            `${nodes} nodes removed, beside compose`,
            's',
            'at most 0.60 of it',
            'Docker Compose is not installed: `apt-get install --no-install-recommends docker-compose` (Debian) or docker-compose-plugin.',
          ),
        ]
      : [
          compare(`${nodes} nodes ready, beside compose`, 'launchMs', topolab, compose),
          compare(`${nodes} nodes removed, beside compose`, 'removeMs', topolab, compose, 0.6),
        ]),
  ];
}

/** Beside the quickest of the others: the one with the smallest median. */
function compare(
  name: string,
  field: Field,
  topolab: TrialsByLauncher,
  others: TrialsByLauncher,
  most?: number,
): BenchRow {
  const ours = valuesOf(topolab[0]?.trials ?? [], field);
  const [best] = others
    .map(({ launcher, trials }) => ({ launcher, values: valuesOf(trials, field) }))
    .toSorted((a, b) => median(a.values) - median(b.values));
  const theirs = best?.values ?? [];
  const ratio = median(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)));
  const figure = {
    name,
    measured: median(ours),
    unit: 's',
    reference: { what: best?.launcher ?? '', value: median(theirs) },
    note: `median of ${ours.length}, ${least(ours)} to ${greatest(ours)} s; ${best?.launcher ?? ''} ${least(theirs)} to ${greatest(theirs)} s`,
  };
  return most === undefined ? known({ ...figure, ratio }) : atMostTimes(figure, most, ratio);
}

function valuesOf(trials: readonly Trial[], field: Field): number[] {
  return trials.map((trial) => trial[field] / 1000);
}

function least(values: readonly number[]): string {
  return Math.min(...values).toFixed(2);
}

function greatest(values: readonly number[]): string {
  return Math.max(...values).toFixed(2);
}
