import { describe, expect, test } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { Plan } from '../../../orchestrator/plan/plan.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import type { TimelineEntry } from '../../../orchestrator/scenario/timeline/timeline.ts';
import { scenarioOf } from './plan-fixtures.ts';

/** mulberry32: a small generator of numbers in [0, 1) from a 32-bit seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A random timeline that stays within bounds: it only adds with `by`, and takes away with `to`. */
function randomScenario(seed: number): Scenario {
  const random = randomFrom(seed);
  const whole = (most: number): number => Math.floor(random() * (most + 1));
  const entry = (index: number): TimelineEntry => {
    const group = 'servers';
    const source = `timeline[${index}]`;
    const schedule =
      random() < 0.5
        ? ({ kind: 'at', atMs: whole(59_999) } as const)
        : ({
            kind: 'every',
            everyMs: 100 + whole(20_000),
            fromMs: whole(30_000),
            untilMs: 30_000 + whole(30_000),
          } as const);
    const kind = whole(2);
    if (kind === 0) return { schedule, change: { kind: 'scale', group, to: whole(20) }, source };
    if (kind === 1) return { schedule, change: { kind: 'scale', group, by: 1 + whole(2) }, source };
    return { schedule, change: { kind: 'resize', group, cpus: 0.5, memoryBytes: null }, source };
  };
  return { ...scenarioOf(), timeline: Array.from({ length: 1 + whole(6) }, (_, index) => entry(index)) };
}

/** Nodes of `servers` as the plan goes on; throws where an action does not fit to what is there. */
function replay(plan: Plan): { present: string[]; everJoined: string[] } {
  let present = [...(plan.initialNodes.find(({ group }) => group === 'servers')?.nodes ?? [])];
  const everJoined = [...present];
  for (const { change } of plan.actions) {
    if ('from' in change) expect(change.from).toBe(present.length);
    if (change.kind === 'scale-out') {
      present.push(...change.nodes);
      everJoined.push(...change.nodes);
    } else if (change.kind === 'scale-in') {
      expect(present.slice(-change.nodes.length).toReversed()).toEqual(change.nodes);
      present = present.slice(0, -change.nodes.length);
    } else {
      expect(change.nodes).toEqual(present);
    }
    if ('to' in change) expect(change.to).toBe(present.length);
  }
  return { present, everJoined };
}

describe.each(Array.from({ length: 50 }, (_, index) => index + 1))(
  'of a random scenario, seed %i',
  (seed) => {
    const plan = makePlan(randomScenario(seed));

    test('the plan is the same when made again', () => {
      expect(makePlan(randomScenario(seed))).toEqual(plan);
    });

    test('actions are sorted, within the run, and numbered', () => {
      const offsets = plan.actions.map((action) => action.offsetMs);
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      expect(offsets.every((offsetMs) => offsetMs >= 0 && offsetMs < plan.durationMs)).toBe(true);
      expect(plan.actions.map((action) => action.id)).toEqual(
        plan.actions.map((_, index) => `a${index + 1}`),
      );
    });

    test('node counts follow from each other and no name is used twice', () => {
      const { everJoined } = replay(plan);
      expect(new Set(everJoined).size).toBe(everJoined.length);
    });
  },
);
