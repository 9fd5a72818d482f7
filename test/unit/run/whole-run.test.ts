// A run in which all goes well, from its first container to its verdict, on the fake engine.
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { runOnStandIns, type StandInRun } from './stand-in-run.ts';

// Nothing is on its way to this Prometheus.
vi.mock(import('../../../orchestrator/measure/measure-load.ts'), async (original) => ({
  ...(await original()),
  settle: async () => {},
}));

let engine: FakeEngine | undefined;
let run: StandInRun;

beforeAll(async () => {
  run = await runOnStandIns({ lastsMs: 400, prepare: ([only]) => (engine = only) });
}, 30_000);

describe('a run in which all goes well', () => {
  it('passes, and keeps its verdict, plan and what k6 said', () => {
    expect(run.result).toMatchObject({
      outcome: 'completed',
      exitCode: 0,
      error: undefined,
      left: undefined,
    });
    expect(run.saved.verdict).toMatchObject({
      outcome: 'pass',
      exitCode: 0,
      objectives: [{ status: 'held', measured: 42 }],
    });
    expect(run.saved.plan.actions).toHaveLength(1);
    expect(Object.keys(run.saved.k6Summaries)).toEqual(['users-k6-1']);
  });

  it('takes its steps in order: observers, script, nodes, generators, samples, load, clean-up', () => {
    const steps = run.events.flatMap((event) => (event.type === 'step-started' ? [event.step] : []));
    expect(steps).toEqual([
      'network, agent and Prometheus',
      'k6 scripts',
      '2 nodes of servers',
      'load generators',
      'first samples of every node',
      'remove containers',
    ]);
    expect(run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))).toEqual([]);
  });

  it('starts the load when everything is ready, and changes the system while it goes on', () => {
    const types = run.events.map(({ type }) => type);
    const at = (type: RunEvent['type']) => types.indexOf(type);
    expect(types.filter((type) => type === 'node-ready')).toHaveLength(3);
    expect(types.slice(0, at('load-started')).filter((type) => type === 'node-ready')).toHaveLength(2);
    expect(at('load-started')).toBeLessThan(at('action-started'));
    expect(at('action-finished')).toBeLessThan(at('load-ended'));
    expect(at('load-ended')).toBeLessThan(at('run-ended'));
    expect(run.progress?.run).toBe(run.saved.id);
  });

  it('lets a generator write to Prometheus before it starts, and takes its leave of the agent', () => {
    const asked = run.agent.requests.map(({ method, path }) => `${method} ${path}`);
    const first = (pattern: RegExp) => asked.findIndex((request) => pattern.test(request));
    const order = [
      /^PUT .*\/gate$/,
      /^PUT .*\/generators$/,
      /^POST .*\/v1\/setup$/,
      /^PATCH .*\/v1\/status$/,
    ];
    const places = order.map(first);
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(asked.at(-1)).toBe(`DELETE /runs/${run.saved.id}`);
  });

  it('leaves nothing on the engine', async () => {
    expect(await engine?.list()).toEqual({ containers: [], networks: [], volumes: [] });
  });
});
