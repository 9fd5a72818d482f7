// What a sweep ends with where it did not come to its end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ReportedRun } from '../../../orchestrator/commands/run-reported.ts';
import { runSweep } from '../../../orchestrator/commands/run-sweep.ts';
import { ExitCode } from '../../../orchestrator/errors.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { makeScenario } from '../../fixtures/make-saved-run.ts';

let runs: string;

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'sweep-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(runs, { recursive: true });
});

/** Two runs that pass; the signal aborts as this one has ended. */
async function sweptUntil(nth: number): Promise<{ readonly ran: number; readonly exitCode: number }> {
  const interrupt = new AbortController();
  const scenario = makeScenario();
  const chosen = ['1', '2'].map((servers) => ({
    set: { servers },
    scenario,
    plan: makePlan(scenario),
    notes: [],
  }));
  let ran = 0;
  const { exitCode } = await runSweep(
    'scenario.yaml',
    chosen,
    { repeat: 1, runs, signal: interrupt.signal },
    async () => {
      if (++ran === nth) interrupt.abort();
      return { outcome: 'completed', exitCode: 0, folder: join(runs, `run-${ran}`) } as ReportedRun;
    },
  );
  return { ran, exitCode };
}

test('a sweep that is interrupted between two runs does not pass by those that ended', async () => {
  expect(await sweptUntil(1)).toEqual({ ran: 1, exitCode: ExitCode.interrupted });
  expect(await sweptUntil(2)).toEqual({ ran: 2, exitCode: ExitCode.pass });
});

test.each([
  // Each run takes ten seconds. In the second round there is time for one of the two.
  [35_000, 3, ExitCode.pass],
  [25_000, 2, ExitCode.pass],
  // Of one combination of values nothing is known.
  [15_000, 1, ExitCode.invalid],
])('of six runs, within %s ms %s are made', async (within, made, code) => {
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  const scenario = makeScenario();
  const chosen = ['1', '2'].map((servers) => ({
    set: { servers },
    scenario,
    plan: makePlan(scenario),
    notes: [],
  }));
  let ran = 0;
  const { exitCode, facts } = await runSweep(
    'scenario.yaml',
    chosen,
    { repeat: 3, within, runs, signal: new AbortController().signal },
    async () => {
      ran++;
      now += 10_000;
      return { outcome: 'completed', exitCode: 0, folder: join(runs, `run-${ran}`) } as ReportedRun;
    },
  );
  expect({ ran, exitCode, withinMs: facts?.withinMs }).toEqual({
    ran: made,
    exitCode: code,
    withinMs: within,
  });
});
