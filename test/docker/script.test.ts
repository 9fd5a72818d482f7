// What scripts bring along, and what is wrong with some, on real k6.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { type Ended, fixture, leftOf, leftOfRun, onlyRun, temporaryFolder, topolab } from './topolab.ts';

describe('a script that brings along what scripts do', () => {
  let ended: Ended;
  let run: SavedRun;

  beforeAll(async () => {
    const runs = temporaryFolder();
    ended = await topolab(['run', fixture('script.yaml'), '--runs', runs]);
    run = await readRun(onlyRun(runs));
  });

  afterAll(async () => {
    expect(await leftOf('script')).toEqual([]);
  });

  it('runs under the load of the scenario, and is told which of its options don’t count', () => {
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(4);
    expect(ended.stdout).toContain('are ignored (vus, duration)');
    const [load] = run.verdict?.loads ?? [];
    // 20/s for 4 s; k6 may start one fewer, which then is as planned.
    expect(Math.round(load?.iterations?.offered ?? 0)).toBeOneOf([79, 80]);
    expect(load?.iterations?.started).toBeGreaterThanOrEqual(79);
  });

  it('has exceptions, users without an answer and failing checks counted', () => {
    const [load] = run.verdict?.loads ?? [];
    expect(load?.iterations).toMatchObject({ exceptions: 16, cutOff: 0 });
    expect(load?.requests).toMatchObject({ unanswered: 16, failed: 16 });
    expect(load?.errorShare).toBeCloseTo(0.25, 1);
    const checks = Object.fromEntries((load?.checks ?? []).map((each) => [each.check, each]));
    expect(checks['never so']).toMatchObject({ passes: 0 });
    expect(checks['never so']?.fails).toBeOneOf([47, 48]);
    expect(checks['served']).toMatchObject({ fails: 0 });
  });

  it('does not hold a threshold that found no samples', () => {
    const unsampled = run.verdict?.objectives.filter(({ status }) => status === 'no-samples');
    expect(unsampled?.map(({ objective }) => objective.name)).toEqual([
      'http_req_duration{operation:nowhere} p(95) of users',
    ]);
    expect(ended.exitCode).toBe(4);
  });
});

// At the same time: none of them measures anything.
describe('a script with a mistake', () => {
  afterAll(async () => {
    expect(await leftOf('wrong-scripts')).toEqual([]);
  });

  it.concurrent.each([
    ['throws', /thrown before the load\n.*load\/script\/lib\/fail\.ts:2:\d+/],
    ['named', /function 'default' not found/],
    ['setup', /its setup\(\) failed\n.*thrown in setup\(\)\n.*load\/script\/setup\.ts:4:\d+/],
    ['too-long', /its scenario default runs until 8 s after the start, and the last phase ends at 3 s/],
  ])('ends with 2 and says what to mend: %s', async (script, said) => {
    const runs = temporaryFolder();
    const { exitCode, stdout, stderr } = await topolab([
      'run',
      fixture('wrong-scripts.yaml'),
      '--set',
      `script=${script}`,
      '--runs',
      runs,
    ]);
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toMatch(said);
    // setup() may need the system; nothing else does.
    expect(stdout.includes('node of server')).toBe(script === 'setup');
    expect(await leftOfRun(onlyRun(runs))).toEqual([]);
  });

  it.concurrent('that goes on after the last phase is ended there, and called what it is', async () => {
    const runs = temporaryFolder();
    await topolab(['run', fixture('wrong-scripts.yaml'), '--set', 'script=endless', '--runs', runs]);
    const { verdict } = await readRun(onlyRun(runs));
    const codes = verdict?.findings?.map(({ code }) => code);
    expect(codes).toContain('load-overran');
    expect(codes).not.toContain('generator-failed');
  });
});
