// A complete run with real containers, as a user starts it: one command, a verdict, a report, and nothing left behind.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import {
  type Ended,
  fixture,
  leftOf,
  leftOfRun,
  onlyRun,
  startTopolab,
  temporaryFolder,
  topolab,
} from './topolab.ts';
import { until } from './until.ts';

/** Exit codes by outcome; a test on a busy machine may rightly be told that its measurement is not valid. */
const exitCodeOf = { pass: 0, fail: 3, invalid: 4, interrupted: 130, broken: 1 } as const;

describe('a run from scenario file to report', () => {
  let ended: Ended;
  let run: SavedRun;

  beforeAll(async () => {
    const runs = temporaryFolder();
    ended = await topolab(['run', fixture('short.yaml'), '--runs', runs]);
    run = await readRun(onlyRun(runs));
  });

  afterAll(async () => {
    expect(await leftOf('short')).toEqual([]);
  });

  it('measures every objective and exits by its verdict', () => {
    const { verdict } = run;
    expect(verdict?.objectives.map(({ status }) => status)).not.toContain('no-samples');
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(exitCodeOf[verdict?.outcome ?? 'broken']);
    expect(['pass', 'fail', 'invalid']).toContain(verdict?.outcome);
  });

  it('performs every planned action and says when', () => {
    // In the order of the plan: one that takes long on a busy host ends after the next.
    const finished = run.events
      .filter((event) => event.type === 'action-finished')
      .toSorted((one, other) => one.plannedMs - other.plannedMs);
    expect(finished.map(({ action, error }) => [action.summary, error])).toEqual([
      ['scale servers 1 → 2', undefined],
      ['stress servers-1: 4MiB of memory, for 4s', undefined],
      ['resize servers to 0.5 CPU, 128MiB', undefined],
      ['end of stress: servers-1', undefined],
      ['scale servers 2 → 1', undefined],
    ]);
    // The host's clock may be set a little meanwhile.
    for (const { plannedMs, startedMs } of finished) expect(startedMs).toBeGreaterThan(plannedMs - 20);
  });

  it('serves without an error while servers join and leave', ({ skip }) => {
    skip(run.verdict?.outcome === 'invalid', run.verdict?.reasons[0]);
    const errors = run.verdict?.objectives.find(({ objective }) => objective.measure.kind === 'errors');
    expect(errors?.measured).toBe(0);
  });

  it('counts in Prometheus what the generators counted themselves, over both of them', () => {
    const own = Object.values(run.k6Summaries).map(
      (summary) =>
        (summary as { metrics: { http_reqs: { values: { count: number } } } }).metrics.http_reqs.values.count,
    );
    expect(own).toHaveLength(2);
    const total = own.reduce((sum, count) => sum + count, 0);
    const counted = run.verdict?.objectives.find(({ objective }) =>
      objective.name.startsWith('all requests'),
    );
    expect(counted?.measured).toBe(total);
  });

  it('has samples of every node from its first seconds on', ({ skip }) => {
    const unobserved = run.events.find(
      (event) => event.type === 'warning' && event.message.includes('start without samples'),
    );
    skip(unobserved !== undefined, 'Prometheus was late on this host');
    const cpu = run.samples?.panels['cpu-cores'] ?? [];
    const nodes = cpu.map(({ labels }) => labels['node']);
    expect(nodes).toEqual(expect.arrayContaining(['servers-1', 'servers-2', 'balancer-1', 'database-1']));
    for (const name of ['servers-1', 'balancer-1', 'database-1']) {
      const points = cpu.find(({ labels }) => labels['node'] === name)?.points ?? [];
      expect(points[0]?.[0], name).toBeLessThanOrEqual(3000);
    }
  });

  it('keeps logs, summaries, plan and both reports', () => {
    for (const file of [
      'report.html',
      'report.json',
      'plan.json',
      'scenario.source.yaml',
      'logs/servers-2.log',
      'k6/users-k6-2.json',
    ]) {
      expect(existsSync(join(run.folder, file)), file).toBe(true);
    }
    expect(ended.stdout).toContain('report.html');
  });

  it('rebuilds the report without Docker', async () => {
    const before = readFileSync(join(run.folder, 'report.html'), 'utf8');
    const again = await topolab(['report', run.folder], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expect(again.exitCode).toBe(ended.exitCode);
    expect(readFileSync(join(run.folder, 'report.html'), 'utf8')).toBe(before);
  });
});

// At the same time: none of them is disturbed by others.
describe('a run that cannot go well', () => {
  it.concurrent('exits 3 where an objective is missed, and 4 where the host was too busy to tell', async () => {
    const runs = temporaryFolder();
    const { exitCode } = await topolab(['run', fixture('missed.yaml'), '--runs', runs]);
    const { verdict } = await readRun(onlyRun(runs));
    expect(verdict?.objectives.map(({ status }) => status)).toEqual(['missed', 'missed']);
    expect(exitCode).toBe(exitCodeOf[verdict?.outcome ?? 'broken']);
    expect(exitCode).not.toBe(0);
    expect(await leftOf('missed')).toEqual([]);
  });

  it.concurrent('shows the last log lines of a server that never gets ready, and exits 1', async () => {
    const runs = temporaryFolder();
    const { exitCode, stderr } = await topolab(['run', fixture('never-ready.yaml'), '--runs', runs]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('start node server-1: not ready within 8 s');
    expect(stderr).toMatch(/^ {2}\| .*\{/m);
    const { verdict } = await readRun(onlyRun(runs));
    expect(verdict?.outcome).toBe('broken');
    expect(await leftOf('never-ready')).toEqual([]);
  });

  it.concurrent('names an image that is not available before anything is launched, and exits 1', async () => {
    const runs = temporaryFolder();
    const { exitCode, stderr } = await topolab(['run', fixture('missing-image.yaml'), '--runs', runs]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('topolab-test/no-such-image:1');
    expect(readdirSync(runs)).toEqual([]);
    expect(await leftOf('missing-image')).toEqual([]);
  });

  it.concurrent('shows what a k6 script threw, and exits 2', async () => {
    const runs = temporaryFolder();
    const { exitCode, stderr } = await topolab(['run', fixture('throwing-script.yaml'), '--runs', runs]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('this script throws before it starts');
    expect(await leftOf('throwing-script')).toEqual([]);
  });

  it('says how to start Docker where none answers, and exits 1', async () => {
    const { exitCode, stderr } = await topolab(['run', fixture('missed.yaml'), '--runs', temporaryFolder()], {
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('/nowhere/docker.sock');
  });

  it('lists the problems of a wrong file before Docker is asked, and exits 2', async () => {
    const wrong = fixture('../scenarios/wrong-names.yaml');
    const { exitCode, stderr } = await topolab(['run', wrong], {
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/wrong-names\.yaml:\d+:\d+ /);
  });
});

// All begin before one is killed: whatever run begins later would take what that has left, in its reaper's place.
describe('a run that is ended from outside', () => {
  afterAll(async () => {
    expect(await leftOf('long')).toEqual([]);
  });

  it.concurrent('unwinds at the first SIGINT, keeps a partial report and exits 130', async () => {
    const runs = temporaryFolder();
    const run = startTopolab(['run', fixture('long.yaml'), '--runs', runs]);
    await run.prints('phase rest');
    run.process.kill('SIGINT');
    const { exitCode, stdout } = await run.ended;
    expect(exitCode, stdout).toBe(130);
    const saved = await readRun(onlyRun(runs));
    expect(saved.verdict?.outcome).toBe('interrupted');
    expect(saved.verdict?.phases.map(({ phase }) => phase)).toEqual(['begin', 'rest']);
    expect(saved.verdict?.phases[0]?.servedPerSecond).toBeGreaterThan(0);
    expect(existsSync(join(saved.folder, 'report.html'))).toBe(true);
    expect(await leftOfRun(saved.id)).toEqual([]);
  });

  it.concurrent('leaves nothing when it is interrupted while nodes start', async () => {
    const runs = temporaryFolder();
    const run = startTopolab(['run', fixture('long.yaml'), '--runs', runs]);
    await run.prints('node of server');
    run.process.kill('SIGTERM');
    expect((await run.ended).exitCode).toBe(130);
    expect(await leftOfRun(onlyRun(runs))).toEqual([]);
  });

  it.concurrent('leaves nothing when it is killed with SIGKILL', async () => {
    const runs = temporaryFolder();
    const run = startTopolab(['run', fixture('long.yaml'), '--runs', runs]);
    await run.prints('phase begin');
    run.process.kill('SIGKILL');
    await run.ended;
    const killed = onlyRun(runs);
    const left = await until(
      'the reaper has removed all',
      () => leftOfRun(killed),
      (names) => names.length === 0,
    );
    expect(left).toEqual([]);
  });
});
