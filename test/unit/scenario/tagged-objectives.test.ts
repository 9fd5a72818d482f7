// Objectives on tags and metrics of k6, those that end a run, and warm-ups, as `validate` tells what is wrong with them.
import { expect, test } from 'vitest';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';

function resolved(parts: object) {
  const input = {
    name: 'tagged',
    groups: { servers: { role: 'server' } },
    load: {
      users: { script: 'a.ts', target: 'servers', model: 'open', stages: [{ duration: '20s', rate: '1/s' }] },
    },
    ...parts,
  };
  return resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
}

function objective(written: object) {
  const result = resolved({ objectives: [written] });
  return result.ok ? result.scenario.objectives[0] : result.problems;
}

test.each<[object, object]>([
  [
    { latency: { percentile: 95, below: '300ms' }, tags: { name: 'checkout' } },
    { name: 'p95 latency {name:checkout}', tags: { name: 'checkout' } },
  ],
  [
    { metric: { name: 'grpc_req_duration', aggregate: 'p(99)', below: '1s' }, load: 'users' },
    {
      name: 'grpc_req_duration p(99) of users',
      measure: { kind: 'metric', metric: 'grpc_req_duration', aggregate: { percentile: 99 } },
      comparison: 'below',
      bound: 1000,
    },
  ],
  [{ metric: { name: 'right', aggregate: 'rate', atLeast: '99%' } }, { comparison: 'atLeast', bound: 0.99 }],
  [{ errors: { atMost: '1%' }, abort: { after: '10s' } }, { abort: { afterMs: 10_000 } }],
  [{ errors: { atMost: '1%' }, abort: {} }, { abort: { afterMs: 0 } }],
])('%j', (written, meant) => {
  expect(objective(written)).toMatchObject(meant);
});

test.each<[object, string, RegExp]>([
  [{ delivered: { atLeast: '99%' }, tags: { a: 'b' } }, 'objectives.0.tags', /goes with `latency`, `errors`/],
  [
    { served: { atLeast: '1/s' }, abort: {} },
    'objectives.0.abort',
    /goes with `latency`, `errors`, `checks`/,
  ],
  [{ errors: { atMost: '1%' }, tags: {} }, 'objectives.0.tags', /has no tag; write for example/],
  [
    { metric: { name: 'http_req_duration', aggregate: 'count', below: 5 } },
    'objectives.0.metric.aggregate',
    /"count" of http_req_duration, a trend; write one of avg/,
  ],
  [
    { metric: { name: 'x{a:b}', aggregate: 'avg', below: 5 } },
    'objectives.0.metric.name',
    /is no name of a metric; write for example grpc_req_duration, and `tags` beside/,
  ],
  [{ metric: { name: 'x', aggregate: 'p95', below: 5 } }, 'objectives.0.metric.aggregate', /write p\(95\)/],
  [
    { metric: { name: 'x', aggregate: 'avg', below: 'fast' } },
    'objectives.0.metric.below',
    /"fast" is no bound; write a number, or for example 200ms or 1%/,
  ],
  [{ metric: { name: 'x', aggregate: 'avg' } }, 'objectives.0.metric', /has none of `below`/],
])('%j is refused', (written, path, message) => {
  expect(objective(written)).toContainEqual(
    expect.objectContaining({ path: pathOf(path), message: expect.stringMatching(message) }),
  );
});

test.each([
  [[{ name: 'a', duration: '20s', warmUp: true }], 'phases.0.warmUp', /leaves nothing that counts/],
  [
    [
      { name: 'a', duration: '10s' },
      { name: 'b', duration: '10s', warmUp: true },
    ],
    'phases.1.warmUp',
    /only the first phases can be a warm-up/,
  ],
])('a warm-up comes first, and something after it', (phases, path, message) => {
  const result = resolved({ phases });
  expect(result.ok ? [] : result.problems).toContainEqual(
    expect.objectContaining({ path: pathOf(path), message: expect.stringMatching(message) }),
  );
});

function pathOf(path: string): (string | number)[] {
  return path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
