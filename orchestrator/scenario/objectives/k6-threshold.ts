// Thresholds in k6's own words: `http_req_duration{name:checkout}` and `p(95)<500`, as scripts and scenarios write them (k6's
// metrics/thresholds_parser.go and metric.go). Pure.
import { instead } from '../text/suggest.ts';
import type { Comparison } from './comparison.ts';

/** What is asked of a metric's samples, in k6's words. */
export type Aggregate =
  | 'count'
  /** Of a counter per second; of a rate the share, 0 to 1. */
  | 'rate'
  /** The last one of a gauge. */
  | 'value'
  | 'avg'
  | 'min'
  | 'max'
  | { readonly percentile: number };

export type MetricType = 'counter' | 'gauge' | 'rate' | 'trend';

/** Metrics that k6 makes by itself, with their type. Those of a script are not known before it runs. */
const BUILT_IN: Readonly<Record<string, MetricType>> = {
  vus: 'gauge',
  vus_max: 'gauge',
  iterations: 'counter',
  iteration_duration: 'trend',
  dropped_iterations: 'counter',
  checks: 'rate',
  group_duration: 'trend',
  http_reqs: 'counter',
  http_req_failed: 'rate',
  http_req_duration: 'trend',
  http_req_blocked: 'trend',
  http_req_connecting: 'trend',
  http_req_tls_handshaking: 'trend',
  http_req_sending: 'trend',
  http_req_waiting: 'trend',
  http_req_receiving: 'trend',
  ws_sessions: 'counter',
  ws_msgs_sent: 'counter',
  ws_msgs_received: 'counter',
  ws_ping: 'trend',
  ws_session_duration: 'trend',
  ws_connecting: 'trend',
  grpc_req_duration: 'trend',
  grpc_streams: 'counter',
  grpc_streams_msgs_sent: 'counter',
  grpc_streams_msgs_received: 'counter',
  data_sent: 'counter',
  data_received: 'counter',
};

const AGGREGATES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['count', 'rate'],
  gauge: ['value'],
  rate: ['rate'],
  trend: ['avg', 'min', 'med', 'max', 'p(95)'],
};

export interface MetricSelector {
  readonly metric: string;
  /** Samples must have all of them; none = every sample. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Bound {
  readonly comparison: Comparison;
  readonly bound: number;
}

export interface Threshold {
  readonly aggregate: Aggregate;
  /** All of them must hold: `==` is a bound on either side. */
  readonly bounds: readonly Bound[];
}

/** What is wrong with a text, and what to write instead. */
export interface Unparsed {
  readonly problem: string;
}

/** `metric{tag:value,…}`. */
export function parseSelector(text: string): MetricSelector | Unparsed {
  const [, metric, inner] = /^([^{}]*)(?:\{(.*)\})?$/s.exec(text.trim()) ?? [];
  if (metric === undefined || metric.trim() === '')
    return { problem: `"${text}" is no metric of k6; write for example http_req_duration{name:checkout}` };
  const tags: Record<string, string> = {};
  for (const part of (inner ?? '').split(',')) {
    if (part.trim() === '') continue;
    const colon = part.indexOf(':');
    if (colon < 0)
      return { problem: `"${text}" has the tag "${part.trim()}" without a value; write {tag:value}` };
    tags[unquoted(part.slice(0, colon))] = unquoted(part.slice(colon + 1));
  }
  const problem = tagsProblem(tags);
  return problem === undefined ? { metric: metric.trim(), tags } : { problem: `"${text}" ${problem}` };
}

/** Tags of k6 that no sample is told apart by, for each iteration would be a series of its own. */
const NEVER_ON_SAMPLES: readonly string[] = ['vu', 'iter'];

/** What is wrong with tags that samples are asked by; undefined where nothing is. */
export function tagsProblem(tags: Readonly<Record<string, unknown>>): string | undefined {
  const never = NEVER_ON_SAMPLES.find((tag) => Object.hasOwn(tags, tag));
  return never && `asks by the tag "${never}", which no sample has; give requests a tag of your own`;
}

/** `p(95)<500`. @param metric that it is about: where k6 makes it by itself, what can be asked of it is known. */
export function parseThreshold(text: string, metric: string): Threshold | Unparsed {
  const [, left, operator, right] = /^\s*(.*?)\s*(<=|<|>=|>|===|==|!=)\s*(\S*)\s*$/.exec(text) ?? [];
  if (left === undefined || operator === undefined || right === undefined)
    return { problem: `"${text}" is no threshold; write for example p(95)<500 or rate<0.01` };
  const aggregate = parseAggregate(left);
  const type = Object.hasOwn(BUILT_IN, metric) ? BUILT_IN[metric] : undefined;
  if (aggregate === undefined)
    return { problem: `"${text}" asks for "${left}", which k6 does not know; ${adviceFor(left, type)}` };
  if (type !== undefined && !fits(aggregate, type))
    return { problem: `"${text}" asks for "${left}" of ${metric}, a ${type}; ${adviceFor(left, type)}` };
  const value = Number(right);
  if (right === '' || !Number.isFinite(value)) return { problem: noNumber(text, right) };
  if (type === 'rate' && value > 1) return { problem: `"${text}" ${beyondShares(value)}` };
  const bounds = boundsOf(operator, value);
  if (bounds === undefined)
    return { problem: `"${text}" excludes a single value, which can't be judged; write < or >` };
  return { aggregate, bounds };
}

/** A share is never above 1: such a bound is always held, or always missed. */
export function beyondShares(value: number): string {
  const meant = value <= 100 ? `: write ${Number((value / 100).toPrecision(12))} for ${value} %` : '';
  return `asks for more than a share can be, which goes from 0 to 1${meant}`;
}

/** What is wrong with an aggregate that is written alone, and what to write instead. */
export function aggregateProblem(text: string, metric: string): string | undefined {
  const parsed = parseThreshold(`${text}<1`, metric);
  return 'problem' in parsed ? parsed.problem.replace(`"${text}<1" asks for `, '') : undefined;
}

/** As k6 writes it: `p(95)`. */
export function writeAggregate(aggregate: Aggregate): string {
  return typeof aggregate === 'string' ? aggregate : `p(${aggregate.percentile})`;
}

/** `http_req_duration{name:checkout}`; the metric alone where there are no tags. */
export function writeSelector({ metric, tags }: MetricSelector): string {
  const parts = Object.entries(tags).map(([name, value]) => `${name}:${value}`);
  return parts.length === 0 ? metric : `${metric}{${parts.join(',')}}`;
}

/** Whether k6 makes it by itself. */
export function isBuiltIn(metric: string): boolean {
  return Object.hasOwn(BUILT_IN, metric);
}

/** Whether k6 measures it in milliseconds; of a script's own metrics nothing is known. */
export function isTimed(metric: string): boolean {
  return Object.hasOwn(BUILT_IN, metric) && BUILT_IN[metric] === 'trend';
}

export function isShare(metric: string): boolean {
  return Object.hasOwn(BUILT_IN, metric) && BUILT_IN[metric] === 'rate';
}

export function parseAggregate(text: string): Aggregate | undefined {
  switch (text) {
    case 'count':
    case 'rate':
    case 'value':
    case 'avg':
    case 'min':
    case 'max':
      return text;
    case 'med':
      return { percentile: 50 };
    default: {
      const percentile = Number(/^p\(\s*([\d.]+)\s*\)$/.exec(text)?.[1]);
      return percentile > 0 && percentile <= 100 ? { percentile } : undefined;
    }
  }
}

function fits(aggregate: Aggregate, type: MetricType): boolean {
  return typeof aggregate === 'string' ? AGGREGATES[type].includes(aggregate) : type === 'trend';
}

function adviceFor(asked: string, type: MetricType | undefined): string {
  const all = type === undefined ? [...new Set(Object.values(AGGREGATES).flat())] : AGGREGATES[type];
  const [, percentile] = /^p\(?(\d{1,2}(?:\.\d+)?)\)?$/.exec(asked) ?? [];
  if (percentile !== undefined && all.includes('p(95)')) return `write p(${percentile})`;
  return instead(asked, all);
}

function noNumber(text: string, right: string): string {
  const [, amount, unit] = /^([\d.]+)\s*(ms|s|m|%)$/.exec(right) ?? [];
  if (amount === undefined) return `"${text}" has no number on its right; write for example p(95)<500`;
  const factor = { ms: 1, s: 1000, m: 60_000, '%': 0.01 }[unit as 'ms'];
  return `"${text}" has a unit; k6 takes a number alone (times in milliseconds, rates from 0 to 1): write ${Number((Number(amount) * factor).toPrecision(12))}`;
}

/** Nothing that k6 counts is below zero: not to be zero is to be above it. */
function boundsOf(operator: string, bound: number): readonly Bound[] | undefined {
  switch (operator) {
    case '<':
      return [{ comparison: 'below', bound }];
    case '<=':
      return [{ comparison: 'atMost', bound }];
    case '>':
      return [{ comparison: 'above', bound }];
    case '>=':
      return [{ comparison: 'atLeast', bound }];
    case '!=':
      return bound === 0 ? [{ comparison: 'above', bound }] : undefined;
    default:
      return [
        { comparison: 'atLeast', bound },
        { comparison: 'atMost', bound },
      ];
  }
}

function unquoted(text: string): string {
  return text.trim().replaceAll(/^["']+|["']+$/g, '');
}
