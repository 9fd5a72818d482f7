import { expect, test } from 'vitest';
import type { ObjectiveResult } from '../../../orchestrator/objectives/verdict.ts';
import { FILLED_BY_OTHERS, STOLEN, whyInvalid } from '../../../orchestrator/study/run-probe.ts';

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

const fine = {
  objectives: [result('held')],
  generatorFailed: undefined,
  generatorSaturated: undefined,
  hostByOthers: false,
  hostStolen: false,
  hostWatched: true,
  droppedShare: 0,
};

test.each<
  [
    string,
    Partial<typeof fine> | { generatorFailed: string } | { generatorSaturated: string },
    string | undefined,
  ]
>([
  ['nothing is wrong', {}, undefined],
  ['an objective was missed', { objectives: [result('missed')] }, undefined],
  ['a generator failed', { generatorFailed: 'users-k6-1' }, 'generator users-k6-1 failed'],
  [
    'a generator was short of CPU',
    { generatorSaturated: 'users-k6-1' },
    'generator users-k6-1 was short of CPU',
  ],
  ['others filled the host', { hostByOthers: true }, FILLED_BY_OTHERS],
  ['nobody watched the host', { hostWatched: false }, "no sample of the host's CPU"],
  ['a hypervisor took CPU', { hostStolen: true }, STOLEN],
  [
    'an objective has no samples',
    { objectives: [result('held'), result('no-samples', 'no request ended')] },
    'p95 latency: no request ended',
  ],
  [
    'no samples beside a missed objective',
    { objectives: [result('missed'), result('no-samples')] },
    'p95 latency: no samples',
  ],
  ['1 % was dropped', { droppedShare: 0.01 }, undefined],
  [
    'more was dropped although all held',
    { droppedShare: 0.011 },
    'too few virtual users to offer this rate: raise maxVirtualUsers',
  ],
  // The system is slow, which is what was to be found out.
  ['more was dropped, and one was missed', { objectives: [result('missed')], droppedShare: 0.3 }, undefined],
])('a probe in which %s is invalid for: %#', (_, some, why) => {
  expect(whyInvalid({ ...fine, ...some })).toBe(why);
});
