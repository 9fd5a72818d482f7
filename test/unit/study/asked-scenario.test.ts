// Without an objective on errors, what is refused at once would count as capacity.
import { describe, expect, test } from 'vitest';
import type { Objective } from '../../../orchestrator/scenario/objectives/objective.ts';
import { askedScenario } from '../../../orchestrator/study/asked-scenario.ts';
import { makeScenario } from '../../fixtures/make-saved-run.ts';

const objective = (some: Partial<Objective>): Objective => ({
  name: 'p95 latency',
  measure: { kind: 'latency', percentile: 95 },
  comparison: 'below',
  bound: 300,
  phase: null,
  load: null,
  ...some,
});
const asked = (...objectives: readonly Objective[]) =>
  askedScenario(makeScenario({ objectives: [...objectives] })).objectives;

describe('a study of a scenario', () => {
  const latency = objective({});
  const errors = objective({
    name: 'few errors',
    measure: { kind: 'errors' },
    comparison: 'atMost',
    bound: 0.2,
  });
  const failed = { kind: 'metric', metric: 'http_req_failed', aggregate: 'rate' } as const;

  test('without an objective on errors asks for few of them, too', () => {
    expect(asked(latency).slice(1)).toEqual([
      {
        name: 'error share',
        measure: { kind: 'errors' },
        comparison: 'atMost',
        bound: 0.01,
        phase: null,
        load: null,
      },
    ]);
  });

  test('whose objectives say what may fail asks for that alone', () => {
    expect(asked(latency, errors)).toEqual([latency, errors]);
    expect(asked(latency, objective({ measure: failed, bound: 0.2 }))).toHaveLength(2);
  });

  test('of whose requests only some may not fail asks for the others, too', () => {
    expect(asked(objective({ ...errors, tags: { name: 'login' } })).map(({ bound }) => bound)).toEqual([
      0.2, 0.01,
    ]);
  });
});
