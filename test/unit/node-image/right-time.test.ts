// The time by which nodes measure latencies, while their clock is wrong.
import { afterEach, expect, it, vi } from 'vitest';
import { rightTimeMs } from '../../../node-image/process/right-time.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.resetModules();
});

it('is what the clock says, and stays right when the clock is set', () => {
  const beforeMs = rightTimeMs();
  expect(Math.abs(beforeMs - Date.now())).toBeLessThan(1000);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  const afterMs = rightTimeMs();
  expect(afterMs).toBeGreaterThanOrEqual(beforeMs);
  expect(Date.now() - afterMs).toBeGreaterThan(3_000_000);
});

it('is that of another host where the clock of its own is known to be wrong', async () => {
  vi.stubEnv('TOPOLAB_CLOCK_AHEAD_MS', '5000');
  vi.resetModules();
  const behind = await import('../../../node-image/process/right-time.ts');
  const apartMs = rightTimeMs() - behind.rightTimeMs();
  expect(Math.abs(apartMs - 5000)).toBeLessThan(1000);
});
