import { describe, expect, test } from 'vitest';
import { Barrier } from '../../../node-image/agent/barrier.ts';

const forever = (): AbortSignal => new AbortController().signal;

describe('a barrier', () => {
  test('tells when enough have arrived, and lets all go at the same time', async () => {
    const barrier = new Barrier();
    const watching = barrier.untilArrived(2, forever());
    const waiting = [barrier.arrive('g2', forever()), barrier.arrive('g1', forever())];
    expect(await watching).toEqual(['g1', 'g2']);
    expect(barrier.release(500)).toBe(500);
    expect(await Promise.all(waiting)).toEqual([500, 500]);
  });

  test('who comes after the release goes at once, and a second release changes nothing', async () => {
    const barrier = new Barrier();
    barrier.release(500);
    expect(barrier.release(900)).toBe(500);
    expect(await barrier.arrive('late', forever())).toBe(500);
  });

  test('who asks twice counts once', async () => {
    const barrier = new Barrier();
    void barrier.arrive('g1', forever());
    void barrier.arrive('g1', forever());
    expect(barrier.arrived).toEqual(['g1']);
  });

  test('who breaks off has not arrived', async () => {
    const barrier = new Barrier();
    const leaving = new AbortController();
    const waiting = barrier.arrive('g1', leaving.signal);
    leaving.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(barrier.arrived).toEqual([]);
  });

  test('a watcher may give up', async () => {
    const leaving = new AbortController();
    const watching = new Barrier().untilArrived(1, leaving.signal);
    leaving.abort();
    expect(await watching).toBeUndefined();
  });
});
