// What a run does when the helper that changes nodes' networks dies.
import { beforeEach, describe, expect, it } from 'vitest';
import type { ContainerEvent } from '../../../../orchestrator/engine/engine.ts';
import { HelperWatch } from '../../../../orchestrator/run/watch/helper-watch.ts';

const container = {
  id: 'helper',
  name: 'netadmin',
  labels: {},
  address: '',
  prefixLength: 0,
  addresses: {},
  ports: {},
};
const died: ContainerEvent = { kind: 'exited', containerId: 'helper', exitCode: 137, labels: {}, atMs: 0 };

let done: unknown[];
let nowMs: number;
let over: AbortController;
let comeBack: () => Promise<void>;
let watch: HelperWatch;

beforeEach(() => {
  done = [];
  nowMs = 10_000;
  over = new AbortController();
  comeBack = async () => {
    nowMs += 700;
    done.push('back');
  };
  watch = new HelperWatch({
    where: ' of box2',
    netAdmin: { container, comeBack: () => comeBack(), delayedNodes: () => ['peers-1'] },
    applyAgain: async () => {
      nowMs += 300;
      done.push('applied');
    },
    recorder: {
      record: (event) => done.push(event),
      warn: () => {},
      offsetAt: (atMs) => atMs - 5000,
    },
    lose: (what) => done.push(what),
    over: over.signal,
    now: () => nowMs,
  });
});

describe('a helper that dies', () => {
  it('is started again, everything is applied anew, and the time in between is told', async () => {
    await watch.seen(died);
    expect(done).toEqual([
      'back',
      'applied',
      { type: 'helper-returned', goneMs: 5000, awayMs: 1000, undelayed: ['peers-1'] },
    ]);
  });

  it('and can’t be started again ends the run', async () => {
    comeBack = () => Promise.reject(new Error('no such container'));
    await watch.seen(died);
    expect(done).toEqual([
      "The helper of box2 that changes nodes' networks ended with exit code 137 and did not come back (no such container)",
    ]);
  });

  it('again and again is given up', async () => {
    for (let times = 1; times <= 4; times += 1) await watch.seen(died);
    expect(done.filter((each) => each === 'back')).toHaveLength(3);
    expect(done.at(-1)).toMatch(/did not come back \(it has died 4 times\)/);
  });

  it('at the end of the run has done its work', async () => {
    over.abort();
    await watch.seen(died);
    expect(done).toEqual([]);
  });

  it('is not what other containers are', async () => {
    await watch.seen({ ...died, containerId: 'servers-1' });
    await watch.seen({ ...died, kind: 'started' });
    expect(done).toEqual([]);
  });
});
