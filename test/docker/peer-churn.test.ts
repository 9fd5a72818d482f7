// Peers that come and go under load, planned and by a kill, through the program as a person would run it.
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActionChange } from '../../orchestrator/plan/plan.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { type Ended, fixture, leftOf, onlyRun, temporaryFolder, topolab } from './topolab.ts';

describe('a run in which peers come and go', () => {
  let ended: Ended;
  let run: SavedRun;

  beforeAll(async () => {
    const runs = temporaryFolder();
    ended = await topolab(['run', fixture('small-churn.yaml'), '--runs', runs]);
    run = await readRun(onlyRun(runs));
  });

  /** Nodes of all planned changes that fit, in alphabetical order. */
  function planned(fits: (change: ActionChange) => boolean): string[] {
    const changes = run.plan.actions.map(({ change }) => change).filter(fits);
    return changes.flatMap((change) => ('nodes' in change ? change.nodes : [])).sort();
  }

  /** Nodes of all events of one type, in alphabetical order. */
  function happened(type: 'node-killed' | 'node-left' | 'node-launched'): string[] {
    return run.events.flatMap((event) => (event.type === type ? [event.node] : [])).sort();
  }

  it('comes to its end with a figure for every objective', () => {
    expect(['pass', 'fail', 'invalid'], ended.stdout + ended.stderr).toContain(run.verdict?.outcome);
    expect(run.verdict?.objectives.map(({ status }) => status)).not.toContain('no-samples');
  });

  it('performs every planned join, leave and kill', () => {
    const joins = planned(({ kind }) => kind === 'join');
    const clean = planned((change) => change.kind === 'leave' && change.how === 'clean');
    const sudden = planned((change) => change.kind === 'leave' && change.how !== 'clean');
    const kills = planned((change) => change.kind === 'fault' && change.fault.kind === 'kill');
    // The fixture's seed makes some of each; without, this would show nothing.
    for (const nodes of [joins, clean, sudden]) expect(nodes.length).toBeGreaterThan(0);
    expect(kills).toHaveLength(2);
    expect(happened('node-left')).toEqual(clean);
    expect(happened('node-killed')).toEqual([...sudden, ...kills].sort());
    expect(happened('node-launched')).toEqual(expect.arrayContaining(joins));
    const finished = run.events.filter((event) => event.type === 'action-finished');
    expect(finished.map(({ action, error }) => [action.id, error])).toHaveLength(run.plan.actions.length);
    expect(finished.flatMap(({ error }) => error ?? [])).toEqual([]);
  });

  it('takes every exit for an expected one', () => {
    const exits = run.events.filter((event) => event.type === 'node-exited');
    expect(exits.filter(({ expected }) => !expected)).toEqual([]);
    const left = new Set(happened('node-left'));
    const clean = exits.filter(({ node }) => left.has(node));
    expect(clean.map(({ node, exitCode }) => [node, exitCode])).toEqual(clean.map(({ node }) => [node, 0]));
  });

  it('loses no record, mixes none up and serves nearly all that is asked', () => {
    const [errors, lost, wrong] = run.verdict?.objectives ?? [];
    expect(lost?.measured).toBe(0);
    expect(wrong?.measured).toBe(0);
    // A machine that is busy lets some users wait in vain; peers that have lost each other would fail most of them.
    expect(errors?.measured).toBeLessThan(run.verdict?.outcome === 'pass' ? 0.1 : 0.5);
  });

  it('leaves nothing on the engine', async () => {
    expect(await leftOf('small-churn')).toEqual([]);
  });
});
