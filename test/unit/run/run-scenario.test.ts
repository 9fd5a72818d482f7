// How a run ends when it can’t go on. One in which all goes well is in whole-run.test.ts.
import { noSecrets } from '../../../orchestrator/secrets/take-secrets.ts';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { readRun } from '../../../orchestrator/record/folder/run-folder.ts';
import type { RunOptions } from '../../../orchestrator/run/options/run-options.ts';
import { runScenario } from '../../../orchestrator/run/run-scenario.ts';
import { scenarioOf } from './make-run.ts';

let engine: FakeEngine;
let interrupt: AbortController;
let hurry: AbortController;
let events: RunEvent[];
let runsFolder: string;

beforeEach(() => {
  engine = createFakeEngine();
  interrupt = new AbortController();
  hurry = new AbortController();
  events = [];
  runsFolder = mkdtempSync(join(tmpdir(), 'topolab-unit-'));
});

function start(options: Partial<RunOptions> = {}) {
  const scenario = scenarioOf();
  return runScenario({
    hosts: [hostOfEngine(engine)],
    layout: { placement: 'spread', generators: null, generatorHosts: [] },
    scenario,
    plan: makePlan(scenario),
    source: { name: 'scenario.source.yaml', text: '' },
    runsFolder,
    versions: {},
    imageFor: (image) => image,
    nodeImage: 'node',
    prometheusImage: 'prometheus',
    sharedObservers: undefined,
    secrets: noSecrets,
    onEvent: (event) => events.push(event),
    onProgress: () => {},
    signal: interrupt.signal,
    hurry: hurry.signal,
    ...options,
  });
}

/** Of everything but the reaper. */
function failLaunches(launch: FakeEngine['launch']): void {
  const real = engine.launch.bind(engine);
  engine.launch = (spec, signal) =>
    spec.engineSocket === undefined ? launch(spec, signal) : real(spec, signal);
}

/** From now on nothing can be added to the event log. */
function fillDisk(): void {
  const log = join(runsFolder, readdirSync(runsFolder)[0]!, 'events.ndjson');
  rmSync(log);
  mkdirSync(log);
}

describe('the second Ctrl-C', () => {
  it('does not wait for what is under way: it cleans up, and lets the reaper look for what comes late', async () => {
    failLaunches(() => new Promise(() => {}));
    const ended = start();
    await expect.poll(async () => (await engine.list()).networks.length).toBe(2);
    interrupt.abort(new Error('interrupted'));
    hurry.abort(new Error('interrupted twice'));
    const result = await ended;
    expect(result).toMatchObject({ outcome: 'interrupted', exitCode: 130, left: undefined });
    expect((await engine.list()).networks).toEqual([]);
    expect((await engine.list()).containers.map(({ name }) => name)).toEqual([
      expect.stringMatching(/-reaper$/),
    ]);
    expect((await readRun(result.folder)).verdict?.outcome).toBe('interrupted');
  });
});

describe('a full disk', () => {
  it('does not keep a run from cleaning up', async () => {
    failLaunches(() => Promise.reject(new Error('no space left on device')));
    const ended = start({
      onEvent: (event) => {
        if (events.push(event) === 1) fillDisk();
      },
    });
    await expect(ended).rejects.toMatchObject({ code: 'run-not-written' });
    expect((await engine.list()).networks).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'step-finished', step: 'remove containers' });
    expect((await engine.list()).containers).toEqual([]);
  });
});
