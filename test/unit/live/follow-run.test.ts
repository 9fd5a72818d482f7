import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { followRun } from '../../../orchestrator/live/follow-run.ts';
import type { PrometheusClient } from '../../../orchestrator/metrics/prometheus-client.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { scenarioOf } from '../run/make-run.ts';

test('figures are asked for as they were when all pushes had come, by the clock of the engine’s host', async () => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const scenario = scenarioOf();
  const stream = Object.assign(new PassThrough(), { columns: 100 }) as unknown as NodeJS.WriteStream;
  const plan = makePlan(scenario);
  const follower = followRun({ scenario, plan, stream, isTty: false, colour: false });
  const asked: number[] = [];
  const ofWork: string[] = [];
  const queryInstant = async (expr: string, atSeconds: number) => {
    asked.push(atSeconds);
    if (expr.includes('requests_started')) ofWork.push(expr);
    return [];
  };
  follower.event({ type: 'load-started', atMs: Date.now(), offsetMs: 0 });
  follower.start({
    run: 'r',
    startMs: Date.now(),
    counts: () => [],
    prometheus: { queryInstant } as unknown as PrometheusClient,
    clockOffsetMs: 200,
  });
  await vi.advanceTimersByTimeAsync(5000);
  follower.close();
  const twice = [999_999_998.7, 1_000_000_003.7];
  expect([...new Set(asked)]).toEqual(twice);
  // Counters of phases that are over are not pushed any more, and what was started in them still counts.
  expect(ofWork.map((expr) => /\[(\d+)s\]/.exec(expr)?.[1])).toEqual(['10', '14']);
});
