// Users who never get an answer: one of two servers is paused under load, and whoever asks it waits until the end, far within the timeout of the
// script. A run that passed, or a probe that held, would say that they were served.
import { hostOfEngine } from '../../orchestrator/cluster/host.ts';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Probe } from '../../orchestrator/capacity/probe.ts';
import { prepareEnvironment } from '../../orchestrator/commands/prepare-engine.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { RunMetrics } from '../../orchestrator/metrics/run-metrics.ts';
import { makePlan } from '../../orchestrator/plan/make-plan.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { Deployment } from '../../orchestrator/run/deployment/deployment.ts';
import { Recorder } from '../../orchestrator/record/recorder.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';
import { runProbe } from '../../orchestrator/study/run-probe.ts';
import { runFixture } from './run-fixture.ts';
import { fixture, leftOf } from './topolab.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await connectDocker();
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  expect(await leftOf('hanging')).toEqual([]);
});

/** Freezes the second server of a run, as a machine that stops answering would. */
async function pauseServer(run: string): Promise<void> {
  const { containers } = await engine.list(run);
  const server = containers.find(({ labels }) => labels[Label.node] === 'servers-2');
  await new Docker().getContainer(server?.id ?? '').pause();
}

/** A busy host is a reason of its own, beside what the users met. */
const notPassed = ['fail', 'invalid'];

// At the same time as the probe below: both ask for little, and launch together.
describe.concurrent('a run in which a server hangs', () => {
  let run: SavedRun;

  beforeAll(async () => {
    let id = '';
    const { folder } = await runFixture(engine, 'hanging.yaml', {
      onProgress: () => {},
      onEvent: (event) => {
        if (event.type === 'run-started') id = event.run;
        if (event.type === 'load-started') setTimeout(() => void pauseServer(id), 5000);
      },
    });
    run = await readRun(folder);
  });

  it('does not pass', () => {
    expect(notPassed).toContain(run.verdict?.outcome);
    expect(run.verdict?.reasons.join('\n')).toMatch(/p95 latency” was missed: at least/);
  });

  it('counts those who waited as errors of the phase in which they began to wait', () => {
    const [healthy, hanging] = run.verdict?.phases ?? [];
    // Half of the requests of the second phase; those of the first that were under way as it began hang too.
    expect(healthy?.errorShare).toBeLessThan(0.05);
    expect(hanging?.errorShare).toBeGreaterThan(0.4);
    expect(hanging?.errorShare).toBeLessThan(0.6);
    expect(run.verdict?.whole?.errorShare).toBeGreaterThan(0.25);
    expect(run.verdict?.whole?.requests).toMatchObject({ cutOff: 0 });
  });

  it('has them in its percentiles with at least what they had waited', () => {
    const hanging = run.verdict?.phases[1];
    expect(hanging?.p50Ms).toBeLessThan(1000);
    expect(hanging?.p95Ms).toBeGreaterThan(9000);
    expect(hanging?.atLeast).toContain('p95');
  });

  it('tells what was served of what was offered, and what the checks said', () => {
    expect(run.verdict?.whole?.servedShare).toBeGreaterThan(0.55);
    expect(run.verdict?.whole?.servedShare).toBeLessThan(0.75);
    const checks = run.verdict?.objectives.find(({ objective }) => objective.measure.kind === 'checks');
    expect(checks?.status).toBe('missed');
  });

  it('has two witnesses who agree', () => {
    const codes = run.verdict?.findings?.map(({ code }) => code);
    expect(codes).not.toContain('witnesses-disagree');
    expect(codes).not.toContain('no-second-witness');
  });
});

it.concurrent('a probe of a capacity search in which a server hangs does not hold', async () => {
  const scenario = await loadScenario(fixture('hanging.yaml'));
  const { capacity: question } = scenario;
  if (question === null) throw new Error('no question');
  const signal = AbortSignal.timeout(200_000);
  const progress = { setupStep: () => {}, imageStep: () => {}, note: () => {} };
  const { environment } = await prepareEnvironment({ hosts: [hostOfEngine(engine)] }, scenario, {
    setup: true,
    progress,
    signal,
  });
  const run = `hanging-probe-${Date.now().toString(36)}`;
  try {
    const options = {
      ...environment,
      run,
      scenario,
      recorder: new Recorder({ event: () => {} }, []),
      metrics: new RunMetrics({ run, scenario: scenario.name }),
      keepLog: async () => {},
      signal,
    };
    await using deployment = await Deployment.openStanding(options, makePlan(scenario));
    const probe: Probe = {
      kind: 'probe',
      number: 1,
      trial: 1,
      rate: 20,
      settleMs: 2000,
      measureMs: 10_000,
      purpose: 'measure',
      canProlong: false,
    };
    // Four seconds or more before the end, however quickly generators start: too late for a look at what is answered.
    const paused = new Promise((resolve) => setTimeout(resolve, 8000)).then(() => pauseServer(run));
    const result = await runProbe(probe, {
      deployment,
      scenario,
      question,
      run,
      facts: new Map(),
      events: [],
      signal,
    });
    await paused;
    expect(result.outcome).not.toBe('held');
    expect(result.objectives.find(({ objective }) => objective.measure.kind === 'errors')?.status).toBe(
      'missed',
    );
  } finally {
    await removeLeftovers(engine, run);
  }
});
