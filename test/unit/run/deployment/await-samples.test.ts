import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  awaitFirstSamples,
  awaitLastSamples,
  type SamplesAwaited,
} from '../../../../orchestrator/run/deployment/await-samples.ts';

/** What a query finds. */
let answer: (expr: string) => number;
let asked: string[];
let warnings: string[];
let interrupt: AbortController;
let awaited: SamplesAwaited;

beforeEach(() => {
  vi.useFakeTimers({ now: 100_000 });
  asked = [];
  warnings = [];
  interrupt = new AbortController();
  awaited = {
    run: 'r1',
    prometheus: {
      queryInstant: async (expr, atSeconds) => {
        asked.push(expr);
        return [{ labels: {}, atSeconds, value: answer(expr) }];
      },
    },
    clockOffsetMs: 2000,
    warn: (message) => warnings.push(message),
    signal: interrupt.signal,
  };
});
afterEach(() => void vi.useRealTimers());

describe('first samples', () => {
  it('are there once every container has two and every node one', async () => {
    let nodes = 1;
    answer = (expr) => (expr.includes('container_cpu') ? 3 : nodes);
    const waiting = awaitFirstSamples(awaited, { containers: 3, nodes: 2 });
    let over = false;
    void waiting.then(() => (over = true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(over).toBe(false);
    nodes = 2;
    await vi.advanceTimersByTimeAsync(250);
    expect(over).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('that do not come in time are warned of', async () => {
    answer = () => 2;
    const waiting = awaitFirstSamples(awaited, { containers: 3, nodes: 0 });
    await vi.runAllTimersAsync();
    await waiting;
    expect(warnings).toEqual([
      'Prometheus has samples of 2 of 3 containers; the others start without samples.',
    ]);
  });

  it('are not waited for any more when the run is interrupted', async () => {
    answer = () => 0;
    const waiting = awaitFirstSamples(awaited, { containers: 3, nodes: 0 });
    waiting.catch(() => {});
    await vi.advanceTimersByTimeAsync(100);
    interrupt.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('last samples', () => {
  it('are those of a moment by Prometheus’ clock', async () => {
    answer = () => 2;
    await awaitLastSamples(awaited, 2, 99_000);
    expect(asked).toEqual([expect.stringContaining('>= 101)')]);
    expect(warnings).toEqual([]);
  });

  it('that do not come in time are warned of, but not in an interrupted run', async () => {
    answer = () => {
      throw new Error('Prometheus does not answer');
    };
    const late = awaitLastSamples(awaited, 2, 99_000);
    await vi.runAllTimersAsync();
    await late;
    expect(warnings).toEqual([
      'Prometheus has the final samples of 0 of 2 nodes; totals of the others may be too low.',
    ]);
    const cut = awaitLastSamples(awaited, 2, 99_000);
    interrupt.abort();
    await cut;
    expect(warnings).toHaveLength(1);
  });
});
