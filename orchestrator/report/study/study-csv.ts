// A study's raw numbers for spreadsheets and scripts: one row a probe, and one row a size.
import type { SizeAnswer } from '../../study/answer-study.ts';
import type { StudyProbe } from '../../study/study-folder.ts';
import { type Columns, csv } from '../text/csv.ts';

const PROBE_COLUMNS: Columns<StudyProbe> = [
  ['size', ({ size }) => size],
  ['number', ({ number }) => number],
  ['trial', ({ trial }) => trial],
  ['purpose', ({ purpose }) => purpose],
  ['started_at', ({ startedAtMs }) => new Date(startedAtMs).toISOString()],
  ['rate_per_second', ({ rate }) => rate],
  ['outcome', ({ outcome }) => outcome],
  ['load_ms', ({ loadMs }) => loadMs],
  ['offered_per_second', ({ figures }) => figures?.offeredPerSecond],
  ['served_per_second', ({ servedPerSecond }) => servedPerSecond],
  ['error_share', ({ figures }) => figures?.errorShare],
  ['p50_ms', ({ figures }) => figures?.p50Ms],
  ['p95_ms', ({ figures }) => figures?.p95Ms],
  ['p99_ms', ({ figures }) => figures?.p99Ms],
  ['growth_per_second', ({ growth }) => growth?.perSecond],
  ['saturated_resource', ({ saturated }) => saturated?.resource],
  ['saturated_node', ({ saturated }) => saturated?.node],
  ['saturated_use', ({ saturated }) => saturated?.use],
  ['saturated_throttled', ({ saturated }) => saturated?.throttled],
  ['note', ({ note }) => note],
];

const SIZE_COLUMNS: Columns<SizeAnswer> = [
  ['size', ({ size }) => size],
  ['name', ({ name }) => name],
  ['status', ({ result }) => result.status],
  ['capacity_per_second', ({ result }) => result.capacity?.value],
  ['lower', ({ result }) => result.capacity?.lower],
  ['upper', ({ result }) => result.capacity?.upper],
  ['confidence', ({ result }) => result.capacity?.confidence],
  ['trials', ({ result }) => result.trials.length],
  ['trial_capacities', ({ result }) => result.trials.map(({ capacity }) => capacity).join(' ')],
  ['enough_trials', ({ result }) => result.notEnoughTrials === null],
  ['highest_held', ({ result }) => result.highestHeld],
  ['contradictions', ({ result }) => result.contradictions],
  ['load_ms', ({ result }) => result.loadMs],
  ['first_bottleneck', ({ bottleneck }) => bottleneck?.resource],
  ['bottleneck_group', ({ bottleneck }) => bottleneck?.group],
];

export function probesCsv(probes: readonly StudyProbe[]): string {
  return csv(PROBE_COLUMNS, probes);
}

export function sizesCsv(sizes: readonly SizeAnswer[]): string {
  return csv(SIZE_COLUMNS, sizes);
}
