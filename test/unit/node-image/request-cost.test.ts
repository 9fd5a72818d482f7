import { describe, expect, test } from 'vitest';
import { CostQueue } from '../../../node-image/user/cost-queue.ts';
import { CpuBurner } from '../../../node-image/user/cpu-burner.ts';

describe('the cost per request', () => {
  test('comes out right on average, whatever the length of a block', () => {
    let cpuMs = 0;
    const work = (): void => {
      cpuMs += 0.3;
    };
    const burner = new CpuBurner({ cpuMs: () => cpuMs, work });
    for (let request = 0; request < 1000; request += 1) burner.burn(1);
    expect(Math.abs(cpuMs - 1000)).toBeLessThan(0.5);
  });

  test('is paid by one request after the other, in order of arrival', async () => {
    const paid: string[] = [];
    const queue = new CostQueue(5, { burn: (ms) => ms });
    const pay = async (who: string): Promise<void> => {
      await queue.pay(() => false);
      paid.push(who);
    };
    await Promise.all(['a', 'b', 'c'].map(pay));
    expect(paid).toEqual(['a', 'b', 'c']);
    expect(queue.totals).toEqual({ requests: 3, cpuSeconds: 0.015 });
  });

  test('is not paid for those who have gone', async () => {
    const queue = new CostQueue(5, { burn: (ms) => ms });
    await Promise.all([queue.pay(() => true), queue.pay(() => false)]);
    expect(queue.totals.requests).toBe(1);
  });

  test('leaves other turns of the event loop between two requests', async () => {
    let burnt = 0;
    const queue = new CostQueue(5, { burn: (ms) => ((burnt += 1), ms) });
    const all = Promise.all(Array.from({ length: 10 }, async () => queue.pay(() => false)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(burnt).toBeLessThan(10);
    await all;
  });

  test('a queue that is full refuses', async () => {
    const queue = new CostQueue(5, { burn: (ms) => ms });
    const waiting = Array.from({ length: 4096 }, async () => queue.pay(() => true));
    await expect(queue.pay(() => false)).rejects.toMatchObject({ status: 503 });
    await Promise.all(waiting);
  });
});
