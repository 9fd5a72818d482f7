import { beforeEach, describe, expect, it } from 'vitest';
import { TopolabError } from '../../../../orchestrator/errors.ts';
import type { Action, Plan } from '../../../../orchestrator/plan/plan.ts';
import { runTimeline, type TimelineOptions } from '../../../../orchestrator/run/execute/run-timeline.ts';
import { ManualClock, makeRecorder, type RecordedRun, settle } from '../make-run.ts';

const START_MS = 1000;

function action(id: string, offsetMs: number): Action {
  const change = { kind: 'resize', group: 'servers', cpus: 1, memoryBytes: null, nodes: [] } as const;
  return { id, offsetMs, change, source: 'timeline[0]', summary: id };
}

function planOf(actions: readonly Action[]): Plan {
  return {
    scenario: 'tested',
    seed: 1,
    needs: [],
    durationMs: 10_000,
    initialNodes: [],
    phases: [
      { name: 'first', startMs: 0, endMs: 4000 },
      { name: 'second', startMs: 4000, endMs: 10_000 },
    ],
    loads: [],
    actions,
  };
}

let clock: ManualClock;
let run: RecordedRun;
let interrupt: AbortController;

beforeEach(async () => {
  clock = new ManualClock();
  await clock.advanceTo(START_MS);
  run = await makeRecorder();
  interrupt = new AbortController();
});

function start(actions: readonly Action[], options: Partial<TimelineOptions> = {}): Promise<void> {
  const { recorder } = run;
  const { signal } = interrupt;
  const plan = planOf(actions);
  return runTimeline({
    plan,
    startMs: START_MS,
    clock,
    recorder,
    perform: async () => {},
    signal,
    ...options,
  });
}

const finished = () => run.events.filter((event) => event.type === 'action-finished');

describe('a timeline', () => {
  it('ends before its time where nothing is left to wait for, after the last phase and action have begun', async () => {
    const over = Promise.withResolvers<void>();
    let hasEnded = false;
    const ended = start([action('a1', 5000)], { over: over.promise }).then(() => {
      hasEnded = true;
    });
    over.resolve();
    await clock.advanceTo(START_MS + 4500);
    await settle();
    expect(hasEnded).toBe(false);
    await clock.advanceTo(START_MS + 5000);
    await ended;
    expect(finished()).toHaveLength(1);
    expect(clock.now()).toBeLessThan(START_MS + 10_000);
  });

  it('performs actions at their moments and records planned, started and finished time', async () => {
    const ended = start([action('a1', 2000), action('a2', 5000)], {
      perform: async ({ id }) => {
        if (id === 'a1') await clock.until(clock.now() + 700, interrupt.signal);
      },
    });
    await clock.advanceTo(START_MS + 10_000);
    await ended;
    expect(finished()).toMatchObject([
      { action: { id: 'a1' }, plannedMs: 2000, startedMs: 2000, finishedMs: 2700 },
      { action: { id: 'a2' }, plannedMs: 5000, startedMs: 5000, finishedMs: 5000 },
    ]);
  });

  it('starts an action on time although an earlier one still goes on', async () => {
    const begun: [string, number][] = [];
    const ended = start([action('slow', 1000), action('next', 1500)], {
      perform: async ({ id }) => {
        if (id === 'slow') await clock.until(START_MS + 8000, interrupt.signal);
      },
      onActionStarted: ({ id }, lagMs) => begun.push([id, lagMs]),
    });
    await clock.advanceTo(START_MS + 10_000);
    await ended;
    expect(begun).toEqual([
      ['slow', 0],
      ['next', 0],
    ]);
    expect(finished().map(({ action: { id } }) => id)).toEqual(['next', 'slow']);
  });

  it('lets a phase begin before the actions of the same moment, and those in the order of the plan', async () => {
    const ended = start([action('a1', 4000), action('a2', 4000)]);
    await clock.advanceTo(START_MS + 10_000);
    await ended;
    const said = run.events.flatMap((event) => {
      if (event.type === 'phase-started') return event.phase;
      return event.type === 'action-started' ? event.action.id : [];
    });
    expect(said).toEqual(['first', 'second', 'a1', 'a2']);
  });

  it('records an action that fails, and goes on', async () => {
    const results: string[] = [];
    const ended = start([action('a1', 1000), action('a2', 2000)], {
      perform: async ({ id }) => {
        if (id === 'a1') throw new TopolabError('no such node', { code: 'node-not-ready' });
      },
      onActionFinished: ({ id }, _, result) => results.push(`${id} ${result}`),
    });
    await clock.advanceTo(START_MS + 10_000);
    await ended;
    expect(finished().map(({ error, errorCode }) => [error, errorCode])).toEqual([
      ['no such node', 'node-not-ready'],
      [undefined, undefined],
    ]);
    expect(results).toEqual(['a1 failed', 'a2 ok']);
  });

  it('waits at its end for actions under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let over = false;
    const ended = start([action('a1', 9000)], { perform: () => promise }).then(() => (over = true));
    await clock.advanceTo(START_MS + 20_000);
    expect(over).toBe(false);
    resolve();
    await ended;
    expect(finished()).toMatchObject([{ finishedMs: 19_000 + START_MS }]);
  });

  it('rejects when it is interrupted, after the actions under way have ended, and begins no other', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let over: unknown;
    const ended = start([action('a1', 1000), action('a2', 6000)], { perform: () => promise }).catch(
      (error: unknown) => {
        over = error;
      },
    );
    await clock.advanceTo(START_MS + 2000);
    interrupt.abort(new Error('interrupted'));
    await settle();
    expect(over).toBeUndefined();
    resolve();
    await ended;
    expect(over).toEqual(new Error('interrupted'));
    expect(finished().map(({ action: { id } }) => id)).toEqual(['a1']);
  });

  it('rejects, instead of ending the process, when the event log can’t be written in the midst of an action', async () => {
    const { recorder } = run;
    const record = recorder.record.bind(recorder);
    recorder.record = (body) => {
      if (body.type === 'action-finished') throw new Error('no space left on device');
      record(body);
    };
    const ended = start([action('a1', 1000)]);
    ended.catch(() => {});
    await clock.advanceTo(START_MS + 10_000);
    await expect(ended).rejects.toThrow('no space left on device');
  });
});
