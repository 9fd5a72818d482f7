// Runs over three daemons that form a Swarm on this machine, of which one ends and comes back: the manager in mid-run, through which
// everything is reached, and another host before the load and after it. No host keeps anything.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { leftOnHosts, leftOnHostsAfter } from './left-on-hosts.ts';
import type { NamespacedSwarm } from './namespaced-swarm.ts';
import { commandedBy, startSwarmFor } from './swarm-for.ts';
import {
  type Ended,
  fixture,
  onlyRun,
  type Started,
  startTopolab,
  temporaryFolder,
  topolab,
} from './topolab.ts';
import { until } from './until.ts';

const file = fixture('swarm-lost.yaml');
/** Hosts look for a manager that was away once a minute. */
const GONE_WITHIN_MS = 60_000;

let swarm: NamespacedSwarm;
let env: Record<string, string>;

beforeAll(async () => {
  swarm = await startSwarmFor([file]);
  env = commandedBy(swarm.hosts[0]);
});

afterAll(async () => {
  await swarm?.[Symbol.asyncDispose]();
});

interface Begun extends Started {
  /** The run's folder, once there is one. */
  readonly folder: () => string;
  /** Resolves when its events so far contain this; rejects when it ends without. */
  readonly reaches: (text: string) => Promise<void>;
}

function begin(...args: readonly string[]): Begun {
  const runs = temporaryFolder();
  const started = startTopolab(['run', file, '--engine', 'swarm', '--runs', runs, ...args], env);
  const log = () => join(runs, readdirSync(runs)[0] ?? '', 'events.ndjson');
  let over: Ended | undefined;
  void started.ended.then((ended) => (over = ended));
  const has = async (text: string): Promise<boolean> => {
    if (existsSync(log()) && readFileSync(log(), 'utf8').includes(text)) return true;
    if (over !== undefined) throw new Error(`ended without ${text}:\n${over.stdout}${over.stderr}`);
    return false;
  };
  return {
    ...started,
    folder: () => onlyRun(runs),
    reaches: async (text) => void (await until(text, () => has(text))),
  };
}

const warningsOf = ({ events }: SavedRun): string =>
  events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])).join('\n');

/** Containers of runs, but for those that remove them. */
const ofRuns = async (): Promise<string[]> =>
  (await leftOnHosts(swarm)).filter(
    (name) => /: \/topolab-swarm-lost-/.test(name) && !name.endsWith('-reaper'),
  );

/** What is left on any host in spite of `topolab clean`. */
async function leftByClean(): Promise<string[]> {
  const { exitCode, stdout, stderr } = await topolab(['clean', '--engine', 'swarm'], env);
  expect(exitCode, stdout + stderr).toBe(0);
  return await leftOnHostsAfter(swarm, GONE_WITHIN_MS);
}

describe('a run whose manager ends while users are served, and is started again', () => {
  let ended: Ended;
  let folder: string;
  let run: SavedRun;

  beforeAll(async () => {
    const begun = begin();
    await begun.reaches('"load-started"');
    await sleep(6000);
    await swarm.end('box1');
    await swarm.startAgain('box1');
    ended = await begun.ended;
    folder = begun.folder();
    run = await readRun(folder);
  });

  it('ends with 1, and says first which host was lost, and when', () => {
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(1);
    expect(run.verdict?.reasons[0]).toMatch(
      /^The run was aborted: host box1, which has Prometheus, was lost at \d+\.\d s\.$/,
    );
  });

  it('keeps what was measured until then, unless it says why it could not', ({ skip }) => {
    // A daemon that was started again may find its networks of before in the way of Prometheus'.
    const [, why] = /^(read what was measured: .*|Docker did not come back .*)$/m.exec(warningsOf(run)) ?? [];
    skip(why !== undefined, why);
    expect(run.verdict?.phases[0]?.servedPerSecond, warningsOf(run)).toBeGreaterThan(1);
    const nodes = (run.samples?.panels['cpu-cores'] ?? []).map(({ labels }) => labels['node']);
    expect(nodes).toEqual(expect.arrayContaining(['balancer-1', 'servers-1', 'servers-2']));
  });

  it('has a report', async () => {
    const { exitCode, stdout } = await topolab(['report', folder]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('host box1, which has Prometheus, was lost');
  });

  it('leaves nothing on any host', async () => {
    expect(await leftByClean()).toEqual([]);
  });
});

it('says what is left where the manager does not come back, and all of it goes once that is there', async () => {
  const begun = begin();
  await begun.reaches('"load-started"');
  await swarm.end('box1');
  await begun.reaches('waiting up to');
  begun.process.kill('SIGINT');
  const { exitCode, stdout, stderr } = await begun.ended;
  const run = await readRun(begun.folder());
  expect(exitCode, stdout + stderr).toBe(1);
  expect(run.verdict?.reasons[0]).toMatch(
    /^The run was aborted: host box1, which has Prometheus, was lost at /,
  );
  expect(warningsOf(run)).toMatch(/ made: box2: .*; box3: .*; box1: .*`topolab clean --engine swarm`/);

  await swarm.startAgain('box1');
  await until('the reapers', ofRuns, (names) => names.length === 0);
  expect(await leftByClean()).toEqual([]);
});

it('ends where a host is lost before the load, and leaves nothing once that is back', async () => {
  const begun = begin();
  await begun.reaches('"2 nodes of servers"');
  await swarm.end('box3');
  const { exitCode, stdout, stderr } = await begun.ended;
  const run = await readRun(begun.folder());
  expect(exitCode, stdout + stderr).toBe(1);
  expect(run.verdict?.reasons[0]).toBe('The run was aborted: host box3 was lost before the load.');
  expect(run.events.some(({ type }) => type === 'load-started')).toBe(false);
  expect(warningsOf(run)).toMatch(/ made: box3: .*`topolab clean --engine swarm`/);

  await swarm.startAgain('box3');
  expect(await leftByClean()).toEqual([]);
});

it('has a verdict on the same Swarm again, though a host is lost after the load, and leaves nothing once that is back', async () => {
  const begun = begin('--set', 'lasts=10s');
  await begun.reaches('"load-ended"');
  await swarm.end('box3');
  const { exitCode, stdout, stderr } = await begun.ended;
  const { verdict } = await readRun(begun.folder());
  expect(['pass', 'invalid'], stdout).toContain(verdict?.outcome);
  expect(verdict?.objectives).toMatchObject([{ status: 'held' }]);
  expect(exitCode, stdout + stderr).toBe(1);
  expect(stderr).toMatch(/ made: box3: .*\n.*`topolab clean --engine swarm`/);

  await swarm.startAgain('box3');
  expect(await leftByClean()).toEqual([]);
});
