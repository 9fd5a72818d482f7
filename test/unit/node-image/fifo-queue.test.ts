import { expect, test } from 'vitest';
import { FifoQueue } from '../../../node-image/calibration/fifo-queue.ts';

test('each request leaves the service time after the one before it, or after its own arrival', async () => {
  let nowMs = 0;
  const queue = new FifoQueue(10, () => nowMs);
  const left: string[] = [];
  const come = (name: string, atMs: number): void => {
    nowMs = atMs;
    void queue.serve().then(() => left.push(name));
  };
  come('a', 0);
  come('b', 4);
  come('c', 25);
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
  // b leaves at 20, c at 35; a long pause of the process changes nothing of that.
  nowMs = 34.9;
  await expect.poll(() => left).toEqual(['a', 'b']);
  nowMs = 35;
  await turn();
  await expect.poll(() => left).toEqual(['a', 'b', 'c']);
  expect(queue.totals).toEqual({ requests: 3, waitMs: 6 });
});
