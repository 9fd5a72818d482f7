import { expect, test } from 'vitest';
import type { Finding } from '../../../orchestrator/judge/finding.ts';
import type { Growth } from '../../../orchestrator/measure/growth/growth.ts';
import { judgeProbe, type ProbeFacts, type ProbeJudgement } from '../../../orchestrator/judge/judge.ts';

import type { Delivery } from '../../../orchestrator/measure/generators/delivery.ts';
import type { ObjectiveResult, Saturation } from '../../../orchestrator/measure/figures/figures.ts';
import type { FoundSaturations } from '../../../orchestrator/measure/saturation/find-saturation.ts';
import { NO_LAG } from '../../../orchestrator/measure/generators/generator-lag.ts';
import { ALL_WATCHED } from '../../../orchestrator/measure/saturation/watched.ts';

function result(status: ObjectiveResult['status'], why?: string): ObjectiveResult {
  const objective = {
    name: 'p95 latency',
    measure: { kind: 'latency', percentile: 95 },
    comparison: 'below',
    bound: 200,
    phase: null,
    load: null,
  } as const;
  return { objective, status, measured: null, ...(why === undefined ? {} : { why }) };
}

const nothing: FoundSaturations = {
  first: null,
  phases: {},
  generators: [],
  hostByOthers: null,
  hostStolen: null,
  hostWatched: true,
  all: [],
};
const short = { node: 'users-k6-1', group: 'users', fromMs: 0, forMs: 4000, use: 1 } as Saturation;
const dropped = (share: number): Delivery => ({
  load: 'users',
  model: 'open',
  asked: 1000,
  started: 1000 * (1 - share),
  dropped: 1000 * share,
});
const growth = (outcome: Growth['outcome'], share: number): Growth => ({
  outcome,
  share,
  perSecond: share * 40,
  upperShare: share + 0.02,
});
const noFigures = {
  offeredPerSecond: null,
  servedPerSecond: null,
  errorShare: 0,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
};
const fine: ProbeFacts = {
  offeredPerSecond: 40,
  growth: growth('steady', 0),
  canProlong: true,
  given: { users: 100, wanted: 80 },
  exited: [],
  objectives: [result('held')],
  phases: [],
  loads: [],
  saturations: nothing,
  watched: ALL_WATCHED,
  lag: NO_LAG,
  witness: { disagreements: [], silent: [] },
  deliveries: [dropped(0)],
  generators: [{ node: 'users-k6-1', exitCode: 0 }],
};

test.each<[string, Partial<ProbeFacts>, ProbeJudgement['outcome'], Finding['code'] | undefined]>([
  ['nothing is wrong', {}, 'held', undefined],
  ['an objective was missed', { objectives: [result('missed')] }, 'missed', 'objective-missed'],
  [
    'a generator failed',
    { generators: [{ node: 'users-k6-1', exitCode: 107 }] },
    'invalid',
    'generator-failed',
  ],
  [
    'a generator was told to end early',
    { generators: [{ node: 'users-k6-1', exitCode: 105, stopped: true }] },
    'held',
    undefined,
  ],
  [
    'a generator was short of CPU',
    { saturations: { ...nothing, generators: [short] } },
    'invalid',
    'generator-short-of-cpu',
  ],
  [
    'a generator stood still while an objective was missed',
    {
      objectives: [result('missed')],
      lag: { lateStarts: [], standstills: [{ node: 'users-k6-1', fromMs: 3000, forMs: 4000 }] },
    },
    'invalid',
    'generators-stood-still',
  ],
  [
    'iterations started late',
    { lag: { lateStarts: [{ load: 'users', count: 3, worstMs: 1200 }], standstills: [] } },
    'invalid',
    'started-late',
  ],
  [
    'others filled the host',
    { saturations: { ...nothing, hostByOthers: short } },
    'invalid',
    'host-filled-by-others',
  ],
  [
    'nobody watched the host',
    { saturations: { ...nothing, hostWatched: false } },
    'invalid',
    'host-not-watched',
  ],
  [
    'nobody looked for a tenth of it and more',
    { watched: { ...ALL_WATCHED, gaps: [{ fromMs: 0, forMs: 2000 }], unwatchedShare: 0.2 } },
    'invalid',
    'not-watched',
  ],
  [
    'two witnesses disagree',
    {
      witness: {
        disagreements: [{ node: 'users-k6-1', figure: 'http_reqs', prometheus: 2000, summary: 1000 }],
        silent: [],
      },
    },
    'invalid',
    'witnesses-disagree',
  ],
  ['a hypervisor took CPU', { saturations: { ...nothing, hostStolen: short } }, 'invalid', 'host-stolen'],
  [
    'an objective has no samples',
    { objectives: [result('held'), result('no-samples', 'no request ended')] },
    'invalid',
    'no-samples',
  ],
  [
    'no samples beside a missed objective',
    { objectives: [result('missed'), result('no-samples')] },
    'missed',
    'objective-missed',
  ],
  ['1 % was dropped', { deliveries: [dropped(0.01)] }, 'held', undefined],
  ['more was dropped although all held', { deliveries: [dropped(0.011)] }, 'invalid', 'not-delivered'],
  [
    'nobody was answered',
    { objectives: [{ ...result('no-samples', 'not one was answered'), unanswered: true }] },
    'missed',
    'not-answered',
  ],
  // The system is slow, which is what was to be found out.
  [
    'more was dropped, and one was missed',
    { objectives: [result('missed')], deliveries: [dropped(0.3)] },
    'missed',
    'objective-missed',
  ],
  ['it was ended early, so that nobody looked for growth', { growth: null }, 'held', undefined],
  ['work in flight grew', { growth: growth('grows', 0.03) }, 'missed', 'not-sustained'],
  [
    'it was too short to tell, and can be prolonged',
    { growth: growth('unclear', 0.03) },
    'unclear',
    'too-short-to-tell',
  ],
  [
    'it was too short to tell and there is no longer one: growth is likelier',
    { growth: growth('unclear', 0.03), canProlong: false },
    'missed',
    'not-sustained',
  ],
  [
    'it was too short to tell and there is no longer one: none is likelier',
    { growth: growth('unclear', 0.004), canProlong: false },
    'held',
    undefined,
  ],
  [
    'an objective was missed, and it was too short to tell',
    { objectives: [result('missed')], growth: growth('unclear', 0.03) },
    'missed',
    'objective-missed',
  ],
  [
    'work in flight grew until all users waited',
    { growth: growth('grows', 0.3), deliveries: [dropped(0.3)] },
    'missed',
    'not-sustained',
  ],
  [
    'all users waited, fewer than the longest wait needs',
    {
      growth: growth('grows', 0.3),
      deliveries: [dropped(0.3)],
      given: { users: 5000, wanted: 9000 },
    },
    'invalid',
    'not-delivered',
  ],
  [
    'too few users, and an objective was missed all the same',
    { objectives: [result('missed')], deliveries: [dropped(0.3)], given: { users: 5000, wanted: 9000 } },
    'missed',
    'objective-missed',
  ],
  [
    'every objective held, and a node ended by itself: fewer are no longer that size',
    {
      exited: [{ node: 'servers-2', group: 'servers', exitCode: 137, outOfMemory: true, offsetMs: 3000 }],
    },
    'missed',
    'nodes-exited',
  ],
  [
    "every objective held, and the script's own checks failed",
    { loads: [{ load: 'users', ...noFigures, checks: [{ check: 'says hello', passes: 60, fails: 40 }] }] },
    'held',
    'checks-failing',
  ],
  [
    'work in flight grew on a host that others filled',
    { growth: growth('grows', 0.3), saturations: { ...nothing, hostByOthers: short } },
    'invalid',
    'host-filled-by-others',
  ],
])('a probe in which %s: %#', (_, some, outcome, code) => {
  const judged = judgeProbe({ ...fine, ...some });
  expect(judged.outcome).toBe(outcome);
  expect(judged.findings[0]?.code).toBe(code);
});
