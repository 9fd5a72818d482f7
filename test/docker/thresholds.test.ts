// Thresholds of k6 scripts and objectives by tag, on real generators.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { type Ended, fixture, leftOf, onlyRun, temporaryFolder, topolab } from './topolab.ts';

async function run(name: string): Promise<{ ended: Ended; run: SavedRun }> {
  const runs = temporaryFolder();
  const ended = await topolab(['run', fixture(`${name}.yaml`), '--runs', runs]);
  return { ended, run: await readRun(onlyRun(runs)) };
}

function statusOf({ verdict }: SavedRun, name: string): string | undefined {
  return verdict?.objectives.find(({ objective }) => objective.name === name)?.status;
}

// At the same time: either has a few requests a second.
describe.concurrent('thresholds over two generators', () => {
  let ended: Ended;
  let saved: SavedRun;

  beforeAll(async () => {
    ({ ended, run: saved } = await run('thresholds'));
  });

  afterAll(async () => {
    expect(await leftOf('thresholds')).toEqual([]);
  });

  it.each([
    ['took{kind:order} p(40) of users', 'held'],
    ['right rate of users', 'held'],
    ['right{rate:first} rate of users', 'held'],
    ['lost count of users', 'missed'],
    ['took p(90) of users', 'missed'],
    ['orders count of users', 'held'],
    ['cold max of users', 'held'],
    ['http_req_duration{name:work} p(95) of users', 'held'],
    ['http_req_failed rate of users', 'held'],
  ])('are judged on what both measured: %s', (name, status) => {
    expect(statusOf(saved, name), ended.stdout + ended.stderr).toBe(status);
  });

  it.each([
    ['p95 latency {name:work}', 'held'],
    ['error share {name:nowhere}', 'held'],
    ['checks passed {part:work}', 'held'],
    ['took{kind:order} p(90) in warm', 'missed'],
    ['orders count', 'held'],
  ])('as are objectives on tags and metrics: %s', (name, status) => {
    expect(statusOf(saved, name), ended.stdout + ended.stderr).toBe(status);
  });

  it('fail the run, and no generator by itself', () => {
    // 4 where the host is too busy to measure on.
    expect(ended.exitCode, ended.stdout + ended.stderr).toBeOneOf([3, 4]);
    const codes = saved.verdict?.findings?.map(({ code }) => code);
    expect(codes).toContain('objective-missed');
    expect(codes).not.toContain('generator-failed');
  });

  it('leave the warm-up out of the whole, and in its own phase', () => {
    const iterations = (figures: { iterations?: { started: number } | null } | undefined | null) =>
      figures?.iterations?.started ?? 0;
    const [cold, warm] = saved.verdict?.phases ?? [];
    // Of 120 in all; on a busy host some start in the wrong one.
    expect(iterations(cold)).toBeGreaterThan(15);
    expect(iterations(warm)).toBeGreaterThan(50);
    expect(iterations(saved.verdict?.whole)).toBe(iterations(warm));
    const orders = saved.verdict?.objectives.find(({ objective }) => objective.name === 'orders count');
    expect(orders?.measured).toBe(iterations(warm));
  });
});

describe.concurrent('a threshold that is to end the load', () => {
  it('does so after its delay, and the run has failed', async () => {
    const { ended, run: saved } = await run('aborts');
    const { verdict, events } = saved;
    const aborted = events.find(({ type }) => type === 'run-aborted');
    expect(aborted?.offsetMs, ended.stdout + ended.stderr).toBeGreaterThan(5000);
    expect(aborted?.offsetMs).toBeLessThan(25_000);
    expect(ended.exitCode).toBeOneOf([3, 4]);
    const codes = verdict?.findings?.map(({ code }) => code);
    expect(codes).toContain('aborted');
    expect(codes).toContain('objective-missed');
    // What was to come after was not expected any more, and its generator did as it was told.
    expect(codes).not.toContain('no-samples');
    expect(codes).not.toContain('generator-failed');
    expect(codes).not.toContain('not-delivered');
    expect(await leftOf('aborts')).toEqual([]);
  });
});
