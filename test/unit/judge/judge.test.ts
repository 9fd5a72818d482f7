import { describe, expect, test } from 'vitest';
import type { FoundSaturations } from '../../../orchestrator/measure/saturation/find-saturation.ts';
import { NO_LAG } from '../../../orchestrator/measure/generators/generator-lag.ts';
import { ALL_WATCHED } from '../../../orchestrator/measure/saturation/watched.ts';
import { describeSaturated } from '../../../orchestrator/judge/resource-words.ts';
import type { NodeDelays } from '../../../orchestrator/delays/delays.ts';
import type { UnseenFault } from '../../../orchestrator/measure/impacts/unseen-faults.ts';
import type { Delivery } from '../../../orchestrator/measure/generators/delivery.ts';
import { judge, type JudgeInput } from '../../../orchestrator/judge/judge.ts';
import type {
  LoadFigures,
  ObjectiveResult,
  PhaseFigures,
  Saturation,
} from '../../../orchestrator/measure/figures/figures.ts';
import type { Objective } from '../../../orchestrator/scenario/objectives/objective.ts';
import type { Measure } from '../../../orchestrator/scenario/objectives/objective-kinds.ts';

const nothing: FoundSaturations = {
  first: null,
  phases: {},
  generators: [],
  hostByOthers: null,
  hostStolen: null,
  hostWatched: true,
  all: [],
};

const saturation = (some: Partial<Saturation>): Saturation => ({
  resource: 'cpu',
  group: 'servers',
  node: 'servers-1',
  fromMs: 12_000,
  forMs: 30_000,
  use: 0.991,
  throttled: 0.8,
  ...some,
});

function result(
  status: ObjectiveResult['status'],
  measured: number | null,
  some: Partial<Objective> = {},
): ObjectiveResult {
  const objective: Objective = {
    name: 'p95 latency',
    measure: { kind: 'latency', percentile: 95 },
    comparison: 'below',
    bound: 200,
    phase: null,
    load: null,
    ...some,
  };
  return { objective, status, measured };
}

const held = result('held', 120);
const missed = result('missed', 312.456, { phase: 'peak' });
const unmeasured: ObjectiveResult = { ...result('no-samples', null), why: 'no request ended in this window' };
const delivery = (dropped: number, some: Partial<Delivery> = {}): Delivery => ({
  load: 'users',
  model: 'open',
  asked: 2000,
  started: 2000 - dropped,
  dropped,
  ...some,
});

function input(some: Partial<JudgeInput>): JudgeInput {
  return {
    outcome: 'completed',
    objectives: [held],
    phases: [],
    loads: [],
    whole: null,
    exited: [],
    watched: ALL_WATCHED,
    lag: NO_LAG,
    witness: { disagreements: [], silent: [] },
    saturations: nothing,
    deliveries: [delivery(0)],
    generators: [{ node: 'users-1', exitCode: 0 }],
    ...some,
  };
}

const phase = (servedPerSecond: number | null): PhaseFigures => ({
  phase: 'peak',
  offeredPerSecond: null,
  servedPerSecond,
  errorShare: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  nodes: {},
  saturated: null,
});

const load = (some: Partial<LoadFigures>): LoadFigures => ({
  load: 'users',
  offeredPerSecond: 10,
  servedPerSecond: 10,
  errorShare: 0,
  p50Ms: 1,
  p95Ms: 1,
  p99Ms: 1,
  ...some,
});
const errorsAllowed = (some: Partial<Objective> = {}) =>
  result('held', 0.8, {
    name: 'errors',
    measure: { kind: 'errors' },
    bound: 1,
    comparison: 'atMost',
    ...some,
  });
const lostRecords = { written: 1600, acknowledged: 1591, missing: 0, wrong: 0, unreadable: 0, losses: [] };
const checksHeld = (check: string | null) =>
  result('held', 0.9, {
    name: 'checks',
    measure: { kind: 'checks', check },
    comparison: 'atLeast',
    bound: 0.5,
  });
const failing = { check: 'is a page', passes: 900, fails: 100 };
const answers = (accepted: Record<string, number>) => ({
  started: 1000,
  failed: 0,
  unanswered: 0,
  cutOff: 0,
  accepted,
});
const iterations = { offered: 1000, started: 990, done: 590, exceptions: 100, cutOff: 0, unfinished: 0 };

const deliveredObjective = (load: string | null) =>
  result('held', 0.5, {
    measure: { kind: 'delivered' } satisfies Measure,
    comparison: 'atLeast',
    bound: 0.4,
    load,
  });
const deliveredIn = (name: string): ObjectiveResult => {
  const { objective, ...rest } = deliveredObjective(null);
  return { ...rest, objective: { ...objective, bound: 0.05, phase: name } };
};
const phasesWith = (...dropped: readonly [number, number]) =>
  (['warm', 'peak'] as const).map((name, nth) => {
    const missing = dropped[nth] ?? 0;
    return { phase: name, asked: 1000, started: 1000 - missing, dropped: missing };
  });
const hungryGenerator = saturation({
  resource: 'generator-cpu',
  group: 'users',
  node: 'users-1',
  use: 0.85,
  throttled: null,
});
const failedScale = {
  action: 'a1',
  summary: 'scale servers 2 → 4',
  atMs: 20_003,
  why: 'servers-3: not ready within 10 s',
};
const stolenHost = saturation({ resource: 'host-steal', group: 'host', node: 'host', use: 0.32 });
const fullHost = saturation({ resource: 'host-cpu', group: 'host', node: 'host', use: 1, throttled: null });

describe('outcome, exit code and first reason', () => {
  test.each<[string, Partial<JudgeInput>, string, number, RegExp | null]>([
    ['every objective held', {}, 'pass', 0, null],
    ['nothing was asked', { objectives: [] }, 'pass', 0, /No objective was declared/],
    [
      'an objective missed',
      { objectives: [held, missed] },
      'fail',
      3,
      /“p95 latency” was missed in phase peak: 312.5 ms \(required: below 200 ms\)/,
    ],
    [
      'measuring failed, and nothing was asked',
      { objectives: [], deliveries: [], measuringError: 'Prometheus is gone' },
      'invalid',
      4,
      /could not be measured: Prometheus is gone/,
    ],
    [
      'an objective without samples',
      { objectives: [held, unmeasured] },
      'invalid',
      4,
      /could not be measured: no request ended/,
    ],
    [
      'both missed and without samples: what was missed was missed',
      { objectives: [missed, unmeasured] },
      'fail',
      3,
      /was missed/,
    ],
    [
      'most of a load failed, and what its script counts after an answer has no samples',
      { objectives: [held, unmeasured], loads: [load({ errorShare: 0.6674 })] },
      'fail',
      3,
      /^66.74 % of load users failed/,
    ],
    [
      'a hungry generator',
      { saturations: { ...nothing, generators: [hungryGenerator] } },
      'invalid',
      4,
      /users-1 was short of CPU itself: 85 % of its limit, from 12.0 s for 30.0 s.*more generators/,
    ],
    [
      'a change that the system could not make',
      { failedChanges: { bySystem: [failedScale], byOthers: [] } },
      'fail',
      3,
      /^The system could not do what the plan asks of it: “scale servers 2 → 4” at 20\.0 s \(servers-3: not ready within 10 s\)\.$/,
    ],
    [
      'a change that others than the system kept from being made, and an objective missed under it',
      { failedChanges: { bySystem: [], byOthers: [failedScale] }, objectives: [missed] },
      'invalid',
      4,
      /^Not carried out as planned: “scale servers 2 → 4” at 20\.0 s .* is not the one that was planned\.$/,
    ],
    [
      'more failed changes than are named',
      { failedChanges: { bySystem: [failedScale, failedScale, failedScale, failedScale], byOthers: [] } },
      'fail',
      3,
      /, and 1 more\.$/,
    ],
    [
      'a generator that stood still',
      {
        lag: {
          lateStarts: [{ load: 'users', count: 61, worstMs: 4012 }],
          standstills: [{ node: 'users-k6-1', fromMs: 3100, forMs: 4100 }],
        },
      },
      'invalid',
      4,
      /^Generators were stopped for a while: users-k6-1 from 3\.1 s for 4\.1 s\..*started at once everything that was due/,
    ],
    [
      'a generator that got no CPU for a while',
      { lag: { standstills: [], lateStarts: [{ load: 'users', count: 1061, worstMs: 2512 }] } },
      'invalid',
      4,
      /^1,061 iterations of load users started more than a second late, by up to 2\.5 s/,
    ],
    [
      'a host full of others',
      { saturations: { ...nothing, first: fullHost, hostByOthers: fullHost } },
      'invalid',
      4,
      /host was full \(100 % busy\)/,
    ],
    [
      'a host that the run itself filled',
      { saturations: { ...nothing, first: fullHost } },
      'pass',
      0,
      /First to run out: CPU of the host: 100 % busy/,
    ],
    [
      'a host that a hypervisor took CPU from',
      { saturations: { ...nothing, first: stolenHost, hostStolen: stolenHost } },
      'invalid',
      4,
      /^A hypervisor took 32 % of the host's CPU from 12.0 s for 30.0 s, which affects/,
    ],
    [
      'a host that nobody watched',
      { saturations: { ...nothing, hostWatched: false } },
      'invalid',
      4,
      /^There is no sample of the host's CPU/,
    ],
    [
      'a load that was never seen, whatever holds without it',
      {
        objectives: [
          result('held', 0, { measure: { kind: 'metric', metric: 'failures', aggregate: 'count' } }),
        ],
        deliveries: [delivery(0), delivery(0, { model: 'closed', asked: 0, started: 0, neverCame: true })],
        phases: [phase(3)],
      },
      'invalid',
      4,
      /^Load users never started: none of its iterations began/,
    ],
    [
      'a script whose iterations go on, while its requests end',
      {
        objectives: [],
        deliveries: [delivery(0, { model: 'script', asked: 0, started: 0 })],
        phases: [phase(3)],
      },
      'pass',
      0,
      /No objective was declared/,
    ],
    [
      'a script that only a query of its own measures',
      { deliveries: [delivery(0, { model: 'script', asked: 0, started: 0 })], phases: [phase(null)] },
      'pass',
      0,
      null,
    ],
    [
      "a script's own scenarios of which much was dropped, for all users were waiting",
      { deliveries: [delivery(800, { model: 'script' })] },
      'invalid',
      4,
      /^Load users offered 1,200 of the 2,000 iterations asked for; 40 % were not started.*maxVUs/,
    ],
    [
      'the same where an objective is on what was dropped',
      {
        deliveries: [delivery(800, { model: 'script' })],
        objectives: [
          result('held', 800, {
            measure: { kind: 'metric', metric: 'dropped_iterations', aggregate: 'count' },
          }),
        ],
      },
      'pass',
      0,
      null,
    ],
    ['1 % dropped by a script', { deliveries: [delivery(20, { model: 'script' })] }, 'pass', 0, null],
    ['1 % dropped', { deliveries: [delivery(20)] }, 'pass', 0, null],
    [
      'more than 1 % dropped',
      { deliveries: [delivery(30)] },
      'invalid',
      4,
      /offered 1,970 of the 2,000 iterations asked for; 1.5 % were not started, which is more than 1 %.*maxVirtualUsers/,
    ],
    [
      'more than 1 % dropped, and an objective missed even so',
      { deliveries: [delivery(900)], objectives: [result('missed', 812)] },
      'fail',
      3,
      /was missed: 812 ms/,
    ],
    [
      'started too few without dropping',
      { deliveries: [delivery(0, { started: 1000 })] },
      'invalid',
      4,
      /50 % were not started/,
    ],
    [
      'dropped much, with an objective on it',
      { deliveries: [delivery(900)], objectives: [deliveredObjective(null)] },
      'pass',
      0,
      null,
    ],
    [
      'dropped much, with an objective on this load',
      { deliveries: [delivery(900)], objectives: [deliveredObjective('users')] },
      'pass',
      0,
      null,
    ],
    [
      'dropped much, with an objective on another load',
      { deliveries: [delivery(900)], objectives: [deliveredObjective('others')] },
      'invalid',
      4,
      /45 %/,
    ],
    [
      'dropped much in a phase, with an objective on it in another',
      {
        deliveries: [delivery(900, { phases: phasesWith(0, 900) })],
        objectives: [deliveredIn('warm')],
      },
      'invalid',
      4,
      /^Load users offered 100 of the 1,000 iterations asked for in peak; 90 % were not started/,
    ],
    [
      'dropped much in a phase, with an objective on that',
      {
        deliveries: [delivery(900, { phases: phasesWith(0, 900) })],
        objectives: [deliveredIn('peak')],
      },
      'pass',
      0,
      null,
    ],
    [
      'dropped much in the closed model',
      { deliveries: [delivery(900, { model: 'closed' })] },
      'pass',
      0,
      null,
    ],
    [
      'a generator that somebody killed',
      { generators: [{ node: 'users-2', exitCode: 137 }] },
      'invalid',
      4,
      /^Generator users-2 ended with exit code 137 \(it was killed from outside, not for its memory limit\)/,
    ],
    [
      'a generator that was told to end after the last phase, and did not',
      { generators: [{ node: 'users-2', exitCode: 137, overran: true }] },
      'invalid',
      4,
      /^Generator users-2 ended with exit code 137/,
    ],
    [
      'a generator that was told to end after the last phase, and did',
      { generators: [{ node: 'users-2', exitCode: 105, overran: true }] },
      'pass',
      0,
      /^The load of users-2 continued after the last phase/,
    ],
    [
      'a generator that the kernel killed',
      { generators: [{ node: 'users-2', exitCode: 137, outOfMemory: true }] },
      'invalid',
      4,
      /\(the kernel killed it because it had used up its memory\)/,
    ],
    [
      'a generator that crashed',
      { generators: [{ node: 'users-2', exitCode: 107 }] },
      'invalid',
      4,
      /users-2 ended with exit code 107 \(its script threw an exception\); see logs\/users-2.log/,
    ],
    [
      'a script that failed the test',
      {
        generators: [
          { node: 'users-1', exitCode: 0 },
          { node: 'users-2', exitCode: 110 },
        ],
      },
      'fail',
      3,
      /^The script itself failed the test \(exec\.test\.fail\) on users-2; its message is in logs\/users-2\.log\.$/,
    ],
    [
      'a generator with an unknown exit code',
      { generators: [{ node: 'users-2', exitCode: 3 }] },
      'invalid',
      4,
      /exit code 3;/,
    ],
    [
      'a counter that nothing raised',
      { objectives: [{ ...held, unsampled: true }] },
      'pass',
      0,
      /^Nothing was ever counted for/,
    ],
    [
      'an objective ended the run, and those of later phases were not reached',
      {
        aborted: { objective: 'p95', offsetMs: 12_300 },
        objectives: [{ ...unmeasured, unreached: true }],
      },
      'fail',
      3,
      /^“p95” was missed and ended the run at 12.3 s/,
    ],
    [
      'an objective’s phase was not reached, and nothing had ended the run',
      { objectives: [{ ...unmeasured, unreached: true }] },
      'invalid',
      4,
      /./,
    ],
    [
      'more than half failed, and nothing was asked of errors',
      { loads: [load({ errorShare: 0.6 })] },
      'fail',
      3,
      /^60 % of load users failed. More than half is a failure unless/,
    ],
    ['half failed', { loads: [load({ errorShare: 0.5 })] }, 'pass', 0, null],
    [
      'users of a closed load hung, and nothing was asked of errors',
      { loads: [load({ errorShare: 0.3, hungShare: 0.3 })] },
      'pass',
      0,
      /^Users of load users spent 30 % of their time waiting for answers that never came/,
    ],
    [
      'users of a closed load were answered, but late',
      { loads: [load({ waitedShare: 0.3 })] },
      'pass',
      0,
      /^Users of load users spent 30 % of their time waiting for answers that took longer than 10 s/,
    ],
    [
      'the same, as an objective allows',
      { loads: [load({ waitedShare: 0.3 })], objectives: [result('held', 9000, { bound: 60_000 })] },
      'pass',
      0,
      null,
    ],
    [
      'the same, as an objective allows in one phase',
      {
        loads: [load({ waitedShare: 0.3 })],
        objectives: [result('held', 9000, { bound: 60_000, phase: 'peak' })],
      },
      'pass',
      0,
      /^Users of load users spent 30 %/,
    ],
    [
      'more than half failed, as an objective allows',
      { loads: [load({ errorShare: 0.8 })], objectives: [errorsAllowed()] },
      'pass',
      0,
      null,
    ],
    [
      'more than half failed, which an objective allows of one phase only',
      { loads: [load({ errorShare: 0.8 })], objectives: [errorsAllowed({ phase: 'peak' })] },
      'fail',
      3,
      /80 % of load users failed/,
    ],
    [
      'more than half failed, which an objective allows of another load',
      { loads: [load({ errorShare: 0.8 })], objectives: [errorsAllowed({ load: 'others' })] },
      'fail',
      3,
      /80 % of load users failed/,
    ],
    [
      'nobody was answered',
      {
        objectives: [
          { ...result('no-samples', null), why: 'none of 480 requests was answered', unanswered: true },
        ],
      },
      'fail',
      3,
      /^“p95 latency” has no figure: none of 480 requests was answered\.$/,
    ],
    [
      'a percentile beyond the last answer',
      { objectives: [{ ...result('missed', 9500), atLeast: true }] },
      'fail',
      3,
      /was missed: at least 9500 ms \(required: below 200 ms\)/,
    ],
    [
      'users waited for a connection',
      { objectives: [{ ...result('missed', 3012), connecting: true }] },
      'fail',
      3,
      /was missed: 3012 ms of waiting for a connection \(required: below 200 ms\)/,
    ],
    [
      'more time lost with a store than allowed',
      { objectives: [result('missed', 5321, { name: 'RPO', measure: { kind: 'rpo' }, bound: 1000 })] },
      'fail',
      3,
      /^“RPO” was missed: 5\.321 s \(required: below 1 s\)\.$/,
    ],
    [
      'checks failed that no objective asks about',
      { loads: [load({ checks: [failing] })] },
      'pass',
      0,
      /^The script's own checks failed: “is a page” 100 of 1,000 times \(10 %\)\. No objective/,
    ],
    [
      'checks failed that objectives ask about',
      { loads: [load({ checks: [failing] })], objectives: [checksHeld(null)] },
      'pass',
      0,
      null,
    ],
    [
      'a check failed that an objective asks about',
      { loads: [load({ checks: [failing] })], objectives: [checksHeld('is a page')] },
      'pass',
      0,
      null,
    ],
    [
      'a check failed, and an objective asks about another',
      { loads: [load({ checks: [failing] })], objectives: [checksHeld('is quick')] },
      'pass',
      0,
      /own checks failed/,
    ],
    [
      '1 % of a check failed',
      { loads: [load({ checks: [{ check: 'x', passes: 99, fails: 1 }] })] },
      'pass',
      0,
      null,
    ],
    [
      'every answer is an error that the script expects',
      { loads: [load({ requests: answers({ 404: 1000 }) })], objectives: [checksHeld(null)] },
      'pass',
      0,
      /^100 % of the answers to load users had an error status \(404\)\. Its script expects it, so they count as served\.$/,
    ],
    [
      'some answers are errors that the script expects',
      { loads: [load({ requests: answers({ 404: 20, 500: 100, 502: 4, 503: 6, 504: 5 }) })] },
      'pass',
      0,
      /^13\.5 % of the answers to load users had an error status \(500: 100, 404: 20, 503: 6, and 2 more statuses\)\. Its/,
    ],
    [
      '1 % of the answers are errors that the script expects',
      { loads: [load({ requests: answers({ 404: 10 }) })] },
      'pass',
      0,
      null,
    ],
    [
      'more than 1 % of the answers that came are errors that the script expects',
      { loads: [load({ requests: { ...answers({ 404: 10 }), failed: 20, unanswered: 20 } })] },
      'pass',
      0,
      /^1\.02 % of the answers/,
    ],
    [
      'a load asked nothing',
      { deliveries: [delivery(0, { askedNothing: 'unmeasured' })] },
      'invalid',
      4,
      /^Load users sent nothing: k6 counted no request and not a byte of its iterations, so nobody was served\. If it sends/,
    ],
    [
      'a load heard nothing over its WebSockets',
      { deliveries: [delivery(0, { heardNothing: true })] },
      'invalid',
      4,
      /^Nobody answered load users: it sent messages over WebSockets, and none came back/,
    ],
    [
      'a load asked nothing, and an objective was missed: connections that are refused send nothing either',
      { deliveries: [delivery(0, { askedNothing: 'unmeasured' })], objectives: [missed] },
      'fail',
      3,
      /was missed in phase peak/,
    ],
    [
      'a load asked nothing that k6 counts, and an objective measures what its script tells',
      { deliveries: [delivery(0, { askedNothing: 'but-measured' })] },
      'pass',
      0,
      /^Load users sent nothing: k6 counted no request and not a byte of its iterations\.$/,
    ],
    [
      'all of a load failed, and an objective over all loads allows less',
      {
        loads: [load({}), load({ load: 'few', errorShare: 1 })],
        objectives: [{ ...errorsAllowed({ bound: 0.05 }), measured: 0.01 }],
      },
      'fail',
      3,
      /^100 % of load few failed/,
    ],
    [
      'all of a load failed, and an objective over all loads allows that',
      { loads: [load({}), load({ load: 'few', errorShare: 1 })], objectives: [errorsAllowed()] },
      'pass',
      0,
      null,
    ],
    [
      'most of a load was dropped, and an objective over all loads holds by the others',
      {
        deliveries: [delivery(0, { asked: 20_000, started: 20_000 }), delivery(1500, { load: 'few' })],
        objectives: [deliveredObjective(null)],
      },
      'invalid',
      4,
      /^Load few offered 500 of the 2,000 iterations asked for/,
    ],
    [
      'acknowledged records were lost that no objective asks about',
      { records: { ...lostRecords, missing: 42 } },
      'pass',
      0,
      /^42 of 1,591 acknowledged records were lost \(42 missing\)\. No objective covers them; declare/,
    ],
    [
      'records were lost, and an objective asks about them',
      {
        records: { ...lostRecords, missing: 42 },
        objectives: [
          result('held', 42, { measure: { kind: 'recordsLost' }, comparison: 'atMost', bound: 50 }),
        ],
      },
      'pass',
      0,
      null,
    ],
    ['no record was lost', { records: lostRecords }, 'pass', 0, null],
    [
      'events were lost in a switch',
      { lostEvents: [{ switch: 's2', acknowledged: 450, lost: 1, doubled: 2, gaps: 0 }] },
      'pass',
      0,
      /^Not every acknowledged event was there exactly once after s2 \(of 450, 1 lost, 2 doubled, 0 not delivered\)\.$/,
    ],
    [
      'somebody without the right was served, and no objective asks about it',
      { wronglyAccepted: { requests: 12, invitations: [] } },
      'pass',
      0,
      /^12 requests were served to users without the right to it, beyond what the cache allows\. No objective covers this; declare/,
    ],
    [
      'somebody without the right was served, and an objective asks about it',
      {
        wronglyAccepted: { requests: 12, invitations: [] },
        objectives: [
          result('held', 12, {
            measure: { kind: 'unauthorised', afterMs: 0 },
            comparison: 'atMost',
            bound: 20,
          }),
        ],
      },
      'pass',
      0,
      null,
    ],
    [
      'invitations were accepted that are no good',
      {
        wronglyAccepted: {
          requests: 0,
          invitations: [
            { invitation: 'used', accepted: 2, tried: 3 },
            { invitation: 'expired', accepted: 1, tried: 3 },
          ],
        },
      },
      'pass',
      0,
      /^Accepted at enrolment, and should have been refused: 2 of 3 used invitations, 1 of 3 expired ones\.$/,
    ],
    [
      'less was served than offered',
      { loads: [load({ servedShare: 0.59, iterations })] },
      'pass',
      0,
      /^Of load users, 59 % of the 1,000 iterations offered were served: 10 were not started, 300 had a request that failed, 100 ended by an exception\.$/,
    ],
    [
      'one iteration of few was not started',
      {
        loads: [
          load({
            servedShare: 0.975,
            iterations: { ...iterations, offered: 40, started: 39, done: 39, exceptions: 0 },
          }),
        ],
        deliveries: [delivery(0, { asked: 40, started: 39 })],
      },
      'pass',
      0,
      null,
    ],
    [
      'two iterations of few were not started',
      { deliveries: [delivery(0, { asked: 40, started: 38 })] },
      'invalid',
      4,
      /5 % were not started/,
    ],
    [
      'a node ended by itself',
      {
        exited: [{ node: 'servers-1', group: 'servers', exitCode: 1, outOfMemory: false, offsetMs: 5200 }],
        objectives: [missed],
      },
      'fail',
      3,
      /^Node servers-1 exited by itself with exit code 1 at 5\.2 s\. See logs/,
    ],
    [
      'nobody looked for more than a tenth of the load',
      { watched: { ...ALL_WATCHED, gaps: [{ fromMs: 8000, forMs: 9200 }], unwatchedShare: 0.383 } },
      'invalid',
      4,
      /^Monitoring was interrupted from 8\.0 s for 9\.2 s, 38\.3 % of the load, so it is unknown what ran out in that time/,
    ],
    [
      'nobody looked for a moment',
      { watched: { ...ALL_WATCHED, gaps: [{ fromMs: 8000, forMs: 4000 }], unwatchedShare: 0.1 } },
      'pass',
      0,
      /^Monitoring was interrupted from 8\.0 s for 4\.0 s; what ran out in that time is unknown\.$/,
    ],
    [
      'nodes with a limit of which no sample came',
      {
        watched: {
          ...ALL_WATCHED,
          blindSpots: [{ resource: 'cpu', group: 'servers', nodes: 2, forMs: 11_000 }],
        },
      },
      'invalid',
      4,
      /^There are no samples of the CPU of 2 nodes of servers \(for 11\.0 s\), which has a limit, so it is unknown whether.*Podman/,
    ],
    [
      'a generator with a limit of which no sample came',
      { watched: { ...ALL_WATCHED, unseenGenerators: ['users-k6-1'] } },
      'invalid',
      4,
      /^There is no sample of the CPU of users-k6-1/,
    ],
    [
      'what Prometheus says and what a generator says differ',
      {
        witness: {
          disagreements: [{ node: 'users-k6-1', figure: 'http_reqs', prometheus: 2000, summary: 1000 }],
          silent: [],
        },
      },
      'invalid',
      4,
      /^Prometheus and k6 disagree: http_reqs of users-k6-1 is 2000 by Prometheus and 1000 by k6's own summary\./,
    ],
    [
      'a generator without a summary',
      { witness: { disagreements: [], silent: ['users-k6-1'] } },
      'pass',
      0,
      /^users-k6-1 left no summary/,
    ],
    [
      'interrupted, whatever was measured',
      { outcome: 'interrupted', objectives: [missed, unmeasured] },
      'interrupted',
      130,
      /was interrupted/,
    ],
    [
      'broken, whatever was measured',
      { outcome: 'broken', error: 'Docker went away', objectives: [missed] },
      'broken',
      1,
      /was aborted: Docker went away/,
    ],
  ])('%s', (_, some, outcome, exitCode, first) => {
    const verdict = judge(input(some));
    expect(verdict).toMatchObject({ outcome, exitCode });
    if (first === null) expect(verdict.reasons).toEqual([]);
    else expect(verdict.reasons[0]).toMatch(first);
  });
});

test('an invalid run also tells what was missed and what ran out, the weightiest first', () => {
  const first = saturation({});
  const { outcome, reasons } = judge(
    input({
      objectives: [missed],
      generators: [{ node: 'users-2', exitCode: 107 }],
      saturations: { ...nothing, first, all: [first] },
    }),
  );
  expect(outcome).toBe('invalid');
  expect(reasons).toHaveLength(3);
  expect(reasons[0]).toMatch(/users-2 ended with exit code 107/);
  expect(reasons[1]).toMatch(/was missed/);
  expect(reasons[2]).toBe(
    'First to run out: CPU of servers-1 (group servers): 99.1 % of its limit, throttled in 80 % of its scheduler periods, from 12.0 s for 30.0 s.',
  );
});

test('what was missed by a hair is not rounded onto its bound', () => {
  const errors = { measure: { kind: 'errors' }, name: 'errors', comparison: 'atMost', bound: 0.01 } as const;
  const { reasons } = judge(
    input({ objectives: [result('missed', 200.004, {}), result('missed', 0.010_000_4, errors)] }),
  );
  expect(reasons).toEqual([
    '“p95 latency” was missed: 200.004 ms (required: below 200 ms).',
    '“errors” was missed: 1.00004 % (required: at most 1 %).',
  ]);
});

test('a load that was not delivered is told beside what was missed without the dropped ones', () => {
  const { outcome, reasons } = judge(input({ objectives: [missed], deliveries: [delivery(500)] }));
  expect(outcome).toBe('fail');
  expect(reasons).toEqual([
    expect.stringMatching(/was missed/),
    expect.stringMatching(/25 % were not started/),
  ]);
});

test('facts are handed on unchanged', () => {
  const first = saturation({});
  const verdict = judge(input({ saturations: { ...nothing, first } }));
  expect(verdict.firstSaturated).toBe(first);
  expect(verdict.objectives).toEqual([held]);
});

test.each<[Measure, number, number, RegExp]>([
  [{ kind: 'errors' }, 0.01234, 0.001, /1.234 % \(required: below 0.1 %\)/],
  [{ kind: 'served' }, 99.96, 100, /99.96 a second \(required: below 100 a second\)/],
  [{ kind: 'promql', expr: 'x' }, 12.5, 7, /12.5 \(required: below 7\)/],
])('a missed objective speaks in its own unit: %o', (measure, measured, bound, reason) => {
  const { reasons } = judge(input({ objectives: [result('missed', measured, { measure, bound })] }));
  expect(reasons[0]).toMatch(reason);
});

test.each<[number | null, string]>([
  [12_500, '12.5 s after a2 (pause servers-1); required: at most 10 s.'],
  [null, 'users were never served as before again after a2 (pause servers-1); required: at most 10 s.'],
])('a recovery that took too long names its fault: %o', (measured, words) => {
  const missed: ObjectiveResult = {
    objective: { ...held.objective, measure: { kind: 'recovered' }, comparison: 'atMost', bound: 10_000 },
    status: 'missed',
    measured,
    fault: { id: 'a2', what: 'pause servers-1' },
  };
  const { outcome, reasons } = judge(input({ objectives: [missed] }));
  expect(outcome).toBe('fail');
  expect(reasons[0]).toContain(words);
});

test('a hypervisor is told once, as what makes the run invalid', () => {
  const { reasons } = judge(
    input({ saturations: { ...nothing, first: stolenHost, hostStolen: stolenHost } }),
  );
  expect(reasons).toHaveLength(1);
});

test.each<[Partial<Saturation>, string]>([
  [{ resource: 'memory' }, 'memory of servers-1 (group servers): 99.1 % of its limit'],
  [{ resource: 'uplink', role: 'server' }, 'uplink of servers-1 (group servers): 99.1 % of its limit'],
  [{ resource: 'downlink' }, 'downlink of servers-1 (group servers): 99.1 % of its limit'],
  [
    { role: 'store', group: 'postgres', node: 'postgres-1' },
    'CPU of the database (postgres): 99.1 % of its limit',
  ],
  [{ role: 'balancer', group: 'balancer', node: 'balancer-1' }, 'CPU of the balancer: 99.1 % of its limit'],
  [{ resource: 'host-steal' }, 'CPU of the host: 99.1 % stolen by a hypervisor'],
  [{ resource: 'host-cpu', host: 'box2' }, 'CPU of host box2: 99.1 % busy'],
])('%o is described by its own name', (some, words) => {
  expect(describeSaturated(saturation({ throttled: null, ...some }))).toBe(
    `${words}, from 12.0 s for 30.0 s`,
  );
});

describe('delays that came about', () => {
  const delays = (some: Partial<NodeDelays>): Pick<JudgeInput, 'delays'> => ({
    delays: {
      delays: [
        {
          node: 'peers-1',
          packets: 1000,
          beyond: 500,
          dropped: 1,
          medianMs: 21,
          lateMedianMs: 0.1,
          late99Ms: 9.5,
          ended: false,
          ...some,
        },
      ],
    },
  });

  test('are as asked while no more than half of the packets are late and one in a thousand is lost', () => {
    expect(judge(input(delays({}))).outcome).toBe('pass');
    // So few say nothing.
    expect(judge(input(delays({ packets: 19, beyond: 19, dropped: 0 }))).outcome).toBe('pass');
    expect(judge(input(delays({ packets: 0, beyond: 0, dropped: 0, medianMs: null }))).outcome).toBe('pass');
  });

  test.each<[string, Partial<NodeDelays>, RegExp]>([
    [
      'late',
      { beyond: 501, lateMedianMs: 2.5 },
      /50\.1 % of the packets to peers-1 were late by more than 2 ms and 5 % \(median 2\.5 ms, 99th percentile 9\.5 ms\)/,
    ],
    ['lost', { dropped: 2 }, /2 packets to peers-1 were lost because too many waited/],
    ['not delayed any more', { ended: true }, /the delay of peers-1 ended early/],
  ])('make a run invalid where packets are %s', (_, some, words) => {
    const { outcome, exitCode, findings, reasons } = judge(input(delays(some)));
    expect([outcome, exitCode, findings?.[0]?.code]).toEqual(['invalid', 4, 'delays-not-as-asked']);
    expect(reasons[0]).toMatch(words);
  });

  test('are not known where the helper had gone, and that is never a pass', () => {
    const verdict = judge(input({ delays: { delays: [], lost: 'no such container' } }));
    expect(verdict).toMatchObject({ outcome: 'invalid', findings: [{ code: 'delays-lost' }] });
    expect(verdict.reasons[0]).toContain('no such container');
  });
});

describe('faults that nobody saw', () => {
  const unseen = (some: Partial<UnseenFault> = {}): UnseenFault => ({
    fault: 'f1',
    kind: 'isolate',
    node: 'servers-1',
    saw: 'a connection from the agent: answered; no rule',
    besides: [],
    ...some,
  });
  const facts = (begun: UnseenFault[], ended: UnseenFault[] = [], endsUntold: UnseenFault[] = []) =>
    input({ unseenFaults: { begun, ended, endsUntold } });

  test('none of them is no reason', () => {
    expect(judge(facts([])).findings).toEqual([]);
  });

  test('bite make a run invalid that seems to have passed, and say what was there instead', () => {
    const { outcome, exitCode, findings, reasons } = judge(
      facts([unseen(), unseen({ node: 'servers-2', saw: null })]),
    );
    expect([outcome, exitCode, findings?.map(({ code }) => code)]).toEqual([
      'invalid',
      4,
      ['faults-not-seen'],
    ]);
    expect(reasons[0]).toBe(
      'Fault f1 (isolate on servers-1; a connection from the agent: answered; no rule), f1 (isolate on servers-2; it ended before it could be looked at) was not seen to take effect, so the figures do not show its effect.',
    );
  });

  test('end make a run invalid as well: what was measured afterwards is not what comes after them', () => {
    const { outcome, findings, reasons } = judge(facts([], [unseen({ saw: 'silent' })]));
    expect([outcome, findings?.map(({ code }) => code)]).toEqual(['invalid', ['faults-not-seen-to-end']]);
    expect(reasons[0]).toBe(
      'Fault f1 (isolate on servers-1; silent) was undone, but not seen to be over, so what was measured afterwards may still show it.',
    );
  });

  test('bite or end beside others, or end with the load, is told and decides nothing', () => {
    const { outcome, reasons } = judge(facts([unseen({ besides: ['f2'] })], [], [unseen({ saw: null })]));
    expect(outcome).toBe('pass');
    expect(reasons).toEqual([
      expect.stringMatching(
        /isolate on servers-1, beside f2; .* other faults on the same node may have hidden it/,
      ),
      'Fault f1 (isolate on servers-1; nobody could look) was undone; because of another fault on the same node, or the end of the load, it is unknown whether it was over.',
    ]);
  });
});

describe('a helper that died and came back', () => {
  test('makes a run invalid where packets were not delayed meanwhile', () => {
    const { outcome, findings, reasons } = judge(
      input({ helperReturns: [{ goneMs: 12_300, awayMs: 1500, undelayed: ['peers-1', 'peers-2'] }] }),
    );
    expect([outcome, findings?.[0]?.code]).toEqual(['invalid', 'delays-interrupted']);
    expect(reasons[0]).toContain('from 12.3 s for 1.5 s at peers-1, peers-2');
  });

  test.each([
    { goneMs: 12_300, awayMs: 1500, undelayed: [] },
    { goneMs: null, awayMs: 1500, undelayed: ['peers-1'] },
  ])('is told where nothing of the load was missing: %o', (each) => {
    const { outcome, findings } = judge(input({ helperReturns: [each] }));
    expect([outcome, findings?.map(({ code }) => code)]).toEqual(['pass', ['helper-returned']]);
  });
});

describe('a host that was lost', () => {
  const loss = {
    host: 'box2',
    goneMs: 15_400,
    foundMs: 16_000,
    nodes: ['servers-2', 'balancer-1'],
    needed: [],
  };

  test('is said first, and what users met decides', () => {
    const { outcome, reasons } = judge(input({ hostLosses: [loss] }));
    expect([outcome, reasons]).toEqual([
      'pass',
      ['Host box2 was lost at 15.4 s: servers-2, balancer-1 went with it.'],
    ]);
    const failed = judge(input({ hostLosses: [loss], objectives: [missed] }));
    expect([failed.outcome, failed.findings?.map(({ code }) => code)]).toEqual([
      'fail',
      ['host-gone', 'objective-missed'],
    ]);
  });

  test('makes the run not valid where what measures went with it', () => {
    const { outcome, exitCode, reasons } = judge(
      input({ hostLosses: [{ ...loss, nodes: [], needed: ['users-k6-1'] }], objectives: [missed] }),
    );
    expect([outcome, exitCode]).toEqual(['invalid', 4]);
    expect(reasons[0]).toBe(
      'Host box2 was lost at 15.4 s, and with it users-k6-1, without which nothing can be measured: the load ended there.',
    );
  });
});
