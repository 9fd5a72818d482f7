// The scenario's load model in k6's words. Pure.
import type { Load, Stage } from '../scenario/load/load.ts';
import type { TagValue } from './in-k6/settings.ts';
import type { StartPlan } from './in-k6/start-times.ts';

/**
 * Tags k6 puts on samples by itself. `url`, `name` and `vu` are left out: each value would be a time series of its own. Where something is asked by
 * `name` or `url`, the stand-in for `k6/http` gives them, in bounds.
 */
const SYSTEM_TAGS = ['method', 'status', 'expected_response', 'error_code', 'check'];
/** Further ones of few values: without them what is asked by such a tag would find no samples. */
const ON_DEMAND = [
  'group',
  'scenario',
  'proto',
  'subproto',
  'tls_version',
  'service',
  'error',
  'ip',
  'ocsp_status',
];

/** What objectives and the script's thresholds ask of a load's samples. */
export interface AskedByTag {
  /** Metrics of the script's thresholds: `http_req_duration{name:checkout}`. */
  readonly selectors: readonly string[];
  /** Names of tags. */
  readonly tags: readonly string[];
  /** Their values, and names of checks. Default: none is known. */
  readonly values?: readonly TagValue[];
}

/**
 * Options that take precedence over those of the script.
 * @param nodes how many the target group has at the start.
 * @param asked absent where the script is only looked at: its own thresholds are to be seen then.
 */
export function k6Options(load: Load, nodes: number, asked?: AskedByTag): Record<string, unknown> {
  const executor = executorOf(load, nodes);
  return {
    systemTags: [...SYSTEM_TAGS, ...ON_DEMAND.filter((tag) => asked?.tags.includes(tag))],
    // Judged on the samples of all generators, and not by each for itself. What they select still stands in k6's summary.
    ...(asked && { thresholds: Object.fromEntries(asked.selectors.map((each) => [each, []])) }),
    summaryTrendStats: ['count', 'avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'],
    ...(executor === undefined
      ? {}
      : { scenarios: { [load.name.replaceAll(/[^A-Za-z0-9_-]/g, '-')]: executor } }),
  };
}

function executorOf({ model, graceMs }: Load, nodes: number): Record<string, unknown> | undefined {
  switch (model.kind) {
    case 'script':
      return undefined;
    case 'each-node':
      return {
        executor: 'per-vu-iterations',
        vus: nodes,
        iterations: model.iterations,
        maxDuration: `${model.maxDurationMs}ms`,
        gracefulStop: `${graceMs}ms`,
      };
    case 'closed':
      return {
        executor: 'ramping-vus',
        startVUs: model.startVirtualUsers,
        stages: model.stages.map((stage) => ({
          duration: k6Duration(stage),
          target: Math.round(stage.target),
        })),
        // Users who leave finish what they have begun, within the load.
        gracefulRampDown: `${lengthMs(model.stages) + graceMs}ms`,
        gracefulStop: `${graceMs}ms`,
      };
    case 'open': {
      const { timeUnit, scale } = timeUnitFor(model);
      return {
        executor: 'ramping-arrival-rate',
        timeUnit,
        startRate: Math.round(model.startRate * scale),
        stages: model.stages.map((stage) => ({
          duration: k6Duration(stage),
          target: Math.round(stage.target * scale),
        })),
        // All of them before the start: making a virtual user in mid-run takes CPU from the measurement.
        preAllocatedVUs: model.maxVirtualUsers,
        maxVUs: model.maxVirtualUsers,
        gracefulStop: `${graceMs}ms`,
      };
    }
  }
}

/** When iterations of an open load are due, by the whole numbers that k6 is given; undefined for other models. */
export function startPlanOf({ model }: Load): StartPlan | undefined {
  if (model.kind !== 'open') return undefined;
  const { scale } = timeUnitFor(model);
  const rounded = (perSecond: number) => Math.round(perSecond * scale) / scale;
  return {
    startPerSecond: rounded(model.startRate),
    stages: model.stages.map(({ durationMs, target }) => ({ durationMs, perSecond: rounded(target) })),
  };
}

function lengthMs(stages: readonly Stage[]): number {
  return stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

type OpenModel = Extract<Load['model'], { kind: 'open' }>;

const TIME_UNITS = [
  { timeUnit: '1s', scale: 1 },
  { timeUnit: '1m', scale: 60 },
  { timeUnit: '1h', scale: 3600 },
  { timeUnit: '24h', scale: 86_400 },
] as const;

/** k6 takes whole numbers per time unit only: the shortest unit in which no rate is off by more than a thousandth. */
function timeUnitFor({ startRate, stages }: OpenModel): (typeof TIME_UNITS)[number] {
  const rates = [startRate, ...stages.map(({ target }) => target)];
  const fits = ({ scale }: (typeof TIME_UNITS)[number]) =>
    rates.every((rate) => Math.abs(Math.round(rate * scale) - rate * scale) <= rate * scale * 0.001);
  return TIME_UNITS.find(fits) ?? TIME_UNITS[3];
}

function k6Duration({ durationMs }: Stage): string {
  return `${durationMs}ms`;
}

/** Execution segments that split a load evenly: flags for generator `index` (from 0) of `count`. */
export function segmentFlags(index: number, count: number): string[] {
  if (count === 1) return [];
  const edge = (position: number) =>
    position === 0 ? '0' : position === count ? '1' : `${position}/${count}`;
  const sequence = Array.from({ length: count + 1 }, (_, position) => edge(position)).join(',');
  return [
    '--execution-segment',
    `${edge(index)}:${edge(index + 1)}`,
    '--execution-segment-sequence',
    sequence,
  ];
}
