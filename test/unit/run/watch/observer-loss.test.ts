import { beforeEach, describe, expect, it } from 'vitest';
import type { ContainerEvent } from '../../../../orchestrator/engine/engine.ts';
import { ObserverLoss } from '../../../../orchestrator/run/watch/observer-loss.ts';

let offsetMs: number | null;
let over: AbortController;
let loss: ObserverLoss;

beforeEach(() => {
  offsetMs = null;
  over = new AbortController();
  const recorder = {
    get offsetMs() {
      return offsetMs;
    },
  };
  loss = new ObserverLoss(
    new Map([
      ['agent', 'The agent'],
      ['prometheus', 'Prometheus'],
    ]),
    recorder,
    over.signal,
  );
});

const seen = (containerId: string, kind: ContainerEvent['kind'], exitCode: number | null = null) =>
  loss.seen({ kind, containerId, exitCode, labels: {}, atMs: 0 });

describe('a run is no longer measured', () => {
  it.each([
    ['agent', 'exited', 1, 'The agent ended with exit code 1 before the load began'],
    ['prometheus', 'out-of-memory', null, 'Prometheus ran out of memory before the load began'],
  ] as const)('once its %s has %s', (id, kind, exitCode, message) => {
    seen(id, kind, exitCode);
    expect(loss.signal.reason).toMatchObject({
      code: 'observer-lost',
      message: `${message}: from then on the run was not measured`,
    });
  });

  it('from the moment on at which the first of them went', () => {
    offsetMs = 15_440;
    loss.lose('The agent went away');
    offsetMs = 20_000;
    seen('prometheus', 'exited', 137);
    expect(loss.signal.reason).toMatchObject({
      message: 'The agent went away at 15.4 s: from then on the run was not measured',
    });
  });
});

it('starts, ends of other containers, and ends after the run are no loss', () => {
  seen('agent', 'started');
  seen('servers-1', 'exited', 1);
  over.abort();
  seen('agent', 'exited', 0);
  expect(loss.signal.aborted).toBe(false);
});
