// How long a study takes at least: what is given less time can't have an answer. Pure.
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import { TAKEOVER_MS } from './failure-scenario.ts';

/** Starting the nodes of the N+1 check, letting its last users finish, and removing all of it. */
const BESIDE_CHECK_MS = 30_000;

/**
 * Load of one trial of every size: two probes that look for the neighbourhood, which are half as long, and two that measure. Probes that are
 * missed may end early, but nodes have to be started, too, so that no study of nodes that take their time is as short.
 */
export function leastTrialsMs({
  sizes,
  settleMs,
  measureMs,
}: Pick<CapacityQuestion, 'sizes' | 'settleMs' | 'measureMs'>): number {
  return sizes.length * (4 * settleMs + 3 * measureMs);
}

/** What the N+1 check takes, about; 0 where there is nothing to check. */
export function checkMs({
  targetRate,
  dimension,
  settleMs,
  measureMs,
}: Pick<CapacityQuestion, 'targetRate' | 'dimension' | 'settleMs' | 'measureMs'>): number {
  if (targetRate === null || dimension !== 'replicas') return 0;
  return settleMs + 2 * measureMs + TAKEOVER_MS + BESIDE_CHECK_MS;
}
