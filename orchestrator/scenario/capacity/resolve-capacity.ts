// The capacity question as written → checked against the rest of the scenario, with its defaults filled in.
import { roleOf } from '../groups/role-of.ts';
import type { WrittenGroups } from '../groups/written-groups.ts';
import type { CheckedLoad } from '../load/load-schema.ts';
import type { Entry, NamedEntry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { instead } from '../text/suggest.ts';
import type { CapacityQuestion } from './capacity-question.ts';
import type { CheckedCapacity } from './capacity-schema.ts';

/** What the question refers to. */
export interface WrittenCapacity extends WrittenGroups {
  readonly loads: readonly NamedEntry<CheckedLoad>[];
  readonly objectives: readonly Entry<{ readonly load?: string | undefined }>[];
  readonly known: WrittenGroups['known'] & { readonly loads: readonly string[] };
}

/** Checks names and bounds, and fills in the question. */
export function resolveCapacity(
  capacity: CheckedCapacity,
  written: WrittenCapacity,
  report: Report,
): CapacityQuestion {
  checkNames(capacity, written, report);
  const { sizes, rate: range, precision, trials, target, prices } = capacity;
  if (range.from <= 0) report(['capacity', 'rate', 'from'], 'must be above 0; write for example 1/s');
  if (range.to <= range.from) report(['capacity', 'rate', 'to'], 'must be above `from`');
  if (precision < 0.005 || precision > 0.5) report(['capacity', 'precision'], 'write 0.5% to 50%');
  if (trials.max < trials.min) report(['capacity', 'trials', 'max'], 'must not be below `min`');
  for (const { path, value } of written.objectives)
    if (value.load !== undefined && value.load !== capacity.load)
      report(
        [...path, 'load'],
        `does not go with \`capacity\`: a probe offers load "${capacity.load}" alone; leave it out`,
      );
  if (written.objectives.length === 0) {
    report(['capacity'], 'has no objectives to hold: write at least one under `objectives`', 'key');
  }
  return {
    load: capacity.load,
    group: sizes.group,
    dimension: sizes.replicas === undefined ? 'cpus' : 'replicas',
    sizes: [...new Set(sizes.replicas ?? sizes.cpus ?? [])].toSorted((a, b) => a - b),
    minRate: range.from,
    maxRate: range.to,
    precision,
    minTrials: trials.min,
    maxTrials: trials.max,
    settleMs: capacity.settle,
    measureMs: capacity.measure,
    targetRate: target ?? null,
    ratePerUser: capacity.ratePerUser ?? null,
    prices: prices === undefined ? null : resolvePrices(prices),
  };
}

function checkNames(
  { load, sizes, prices }: CheckedCapacity,
  written: WrittenCapacity,
  report: Report,
): void {
  const loads = written.known.loads;
  if (!loads.includes(load))
    report(['capacity', 'load'], `there is no load "${load}"; ${instead(load, loads)}`);
  const searched = written.loads.find(({ name: each }) => each === load);
  if (searched !== undefined && searched.value.model !== 'open') {
    report(
      ['capacity', 'load'],
      `load "${load}" has the model ${searched.value.model}; a rate can be searched only with the open model`,
    );
  }
  const groups = written.known.groups;
  const check = (group: string, path: readonly string[]) => {
    if (!groups.includes(group))
      report(['capacity', ...path], `there is no group "${group}"; ${instead(group, groups)}`);
  };
  check(sizes.group, ['sizes', 'group']);
  for (const group of Object.keys(prices?.groups ?? {})) check(group, ['prices', 'groups', group]);
  const sized = written.groups.find(({ name: each }) => each === sizes.group)?.value;
  if (sized !== undefined && sizes.replicas !== undefined && roleOf(sized).nodes === 'one') {
    report(
      ['capacity', 'sizes', 'group'],
      `a ${sized.role} has one node; size its \`cpus\`, or another group`,
    );
  }
}

function resolvePrices({
  currency,
  gibTransferred,
  groups,
}: NonNullable<CheckedCapacity['prices']>): CapacityQuestion['prices'] {
  return {
    currency,
    perGiBTransferred: gibTransferred ?? null,
    groups: Object.fromEntries(
      Object.entries(groups).map(([group, price]) => [
        group,
        typeof price === 'number'
          ? { kind: 'node', perNodeHour: price }
          : { kind: 'resources', perCpuHour: price.cpuHour, perGiBHour: price.gibHour },
      ]),
    ),
  };
}
