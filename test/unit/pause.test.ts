import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause } from '../../orchestrator/pause.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a pause', () => {
  it('lasts as long as it is asked to, and leaves nothing behind', async () => {
    const { signal } = new AbortController();
    let over = false;
    const paused = pause(100, signal).then(() => (over = true));
    await vi.advanceTimersByTimeAsync(99);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await paused;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at once with the reason of the signal, before it and meanwhile', async () => {
    const stopped = new Error('interrupted');
    await expect(pause(100, AbortSignal.abort(stopped))).rejects.toBe(stopped);
    const interrupt = new AbortController();
    const paused = pause(100, interrupt.signal);
    interrupt.abort(stopped);
    await expect(paused).rejects.toBe(stopped);
    expect(vi.getTimerCount()).toBe(0);
  });
});
