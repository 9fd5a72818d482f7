// A failure study that is interrupted goes on where it was: what has ended is on disk, and not run again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { beginFailures } from '../../../orchestrator/failures/begin-failures.ts';
import { FailuresFolder } from '../../../orchestrator/failures/failures-folder.ts';
import { readFailures } from '../../../orchestrator/failures/read-failures.ts';
import { runFailures } from '../../../orchestrator/failures/run-failures.ts';
import { undisturbed } from '../../../orchestrator/failures/trial-scenario.ts';
import type { Points } from '../../../orchestrator/measure/impacts/fault-impact.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import type { DeploymentEnvironment } from '../../../orchestrator/run/options/deployment-options.ts';
import type { RunOptions } from '../../../orchestrator/run/options/run-options.ts';
import type { RunResult } from '../../../orchestrator/run/run-scenario.ts';
import { makeSavedRun, makeVerdict } from '../../fixtures/make-saved-run.ts';
import { scenarioOf } from '../run/make-run.ts';

const scenario = undisturbed(
  scenarioOf({
    groups: { servers: { role: 'server', replicas: 3 } },
    phases: [{ name: 'run', duration: '30s' }],
    load: {
      users: {
        script: '/users.js',
        target: 'servers',
        model: 'open',
        startRate: '10/s',
        stages: [{ duration: '30s', rate: '10/s' }],
        maxVirtualUsers: 10,
      },
    },
  }),
);

const aSecondEach = (value: number): Points =>
  Array.from({ length: 31 }, (_, second) => [second * 1000, value] as const);

/** Users notice nothing, whoever is killed. */
function undisturbedRun({ scenario: run, plan }: RunOptions, killed: readonly string[]): RunResult {
  const events = killed.map(
    (node): RunEvent => ({
      type: 'node-killed',
      atMs: 0,
      offsetMs: 0,
      node,
      group: 'servers',
      rule: 'named',
    }),
  );
  const samples = {
    stepSeconds: 1,
    panels: {
      'operations-each-second': [
        { legend: 'served', labels: {}, points: aSecondEach(10) },
        { legend: 'failed', labels: {}, points: aSecondEach(0) },
      ],
    },
  };
  const verdict = makeVerdict({ outcome: 'pass', exitCode: 0, reasons: [], objectives: [] });
  return {
    folder: `runs/${killed.join('-') || 'control'}`,
    saved: makeSavedRun({ scenario: run, plan, events, samples, verdict }),
    outcome: 'completed',
    exitCode: 0,
    error: undefined,
    left: undefined,
  };
}

/** Stops after `most` runs as a signal would. Answers who was killed in each. */
async function go(path: string, most = 100): Promise<{ killed: string[]; error: string | undefined }> {
  const folder = new FailuresFolder(path);
  const killed: string[] = [];
  const running = runFailures({
    folder,
    study: await folder.study(),
    environments: [{} as DeploymentEnvironment],
    versions: {},
    onProgress: () => {},
    signal: new AbortController().signal,
    hurry: new AbortController().signal,
    run: (options) => {
      if (killed.length === most) return Promise.reject(new Error('interrupted'));
      const dead = options.plan.actions.flatMap(({ change }) =>
        change.kind === 'fault' ? change.nodes : [],
      );
      killed.push(dead.join(' ') || 'nobody');
      return Promise.resolve(undisturbedRun(options, dead));
    },
  });
  return { killed, error: await running.then(() => undefined, String) };
}

test('goes on after the runs that have ended, and kills no node twice', async () => {
  const root = await mkdtemp(join(tmpdir(), 'run-failures-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const asked = { name: 'tested', file: 'tested.yaml', mostPairs: 6, groups: null };
  const { folder } = await beginFailures(root, { ...asked, variants: [{ set: {}, scenario }] });

  const first = await go(folder.path, 2);
  expect(first).toMatchObject({ killed: ['nobody', 'servers-1'], error: 'Error: interrupted' });
  const [interrupted] = (await readFailures(folder)).variants;
  expect([interrupted?.missing, interrupted?.losses.length]).toEqual([2, 1]);

  expect(await go(folder.path)).toEqual({ killed: ['servers-2', 'servers-3'], error: undefined });
  const [whole] = (await readFailures(folder)).variants;
  expect(whole?.missing).toBe(0);
  expect(whole?.losses.map(({ killed, outcome }) => [killed[0]?.node, outcome])).toEqual([
    ['servers-1', 'unharmed'],
    ['servers-2', 'unharmed'],
    ['servers-3', 'unharmed'],
  ]);
  expect(await go(folder.path)).toEqual({ killed: [], error: undefined });
});
