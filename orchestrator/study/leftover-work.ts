// What a rate beyond its capacity has left a system to do, when nobody asks any more: queues that it goes on with. Pure.
import type { Probe, ProbeResult } from '../capacity/probe.ts';

/** Whoever needs longer has most of its users' connections closed by then, or drops what they have left. */
const MOST_MS = 30_000;

/**
 * How long a system may be busy with what a missed probe has asked for, in milliseconds from the end of that load: all that was offered and not answered, at the
 * rate at which it answered. 0 where a probe was not missed; at most 30 s.
 */
export function leftoverMs(
  { rate }: Pick<Probe, 'rate'>,
  { outcome, loadMs, servedPerSecond }: Pick<ProbeResult, 'outcome' | 'loadMs' | 'servedPerSecond'>,
): number {
  if (outcome !== 'missed') return 0;
  const served = servedPerSecond ?? 0;
  if (served <= 0) return MOST_MS;
  return Math.min(MOST_MS, Math.max(0, loadMs * (rate / served - 1)));
}
