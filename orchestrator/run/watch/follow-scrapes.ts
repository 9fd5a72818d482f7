// Names nodes whose metrics Prometheus can't take, and finds out when there is no Prometheus any more.
import type { AgentClient } from '../../agent/agent-client.ts';
import { PROMETHEUS_ADDRESS } from '../../metrics/prometheus-config.ts';
import { ScrapeWatch } from '../../metrics/scrape-watch.ts';
import { pause } from '../../pause.ts';
import { FAILURES_OF_THE_GONE } from './observer-loss.ts';

/** Prometheus is asked this often how its scrapes go. */
const LOOK_INTERVAL_MS = 2000;
const LOOK_WITHIN_MS = 5000;

export interface FollowScrapesOptions {
  readonly run: string;
  readonly agent: Pick<AgentClient, 'http'>;
  /** Whether a node is meant to be scraped. */
  readonly isScraped: (node: string) => boolean;
  readonly warn: (message: string) => void;
  /** Called when Prometheus does not listen any more. */
  readonly onGone: () => void;
}

/** Resolves when the signal aborts. */
export async function followScrapes(
  { run, agent, isScraped, warn, onGone }: FollowScrapesOptions,
  signal: AbortSignal,
): Promise<void> {
  const watch = new ScrapeWatch({ run, isScraped, warn });
  let answered = false;
  let failures = 0;
  while (!signal.aborted) {
    const look = { timeoutMs: LOOK_WITHIN_MS, signal };
    const seen = await agent
      .http('GET', PROMETHEUS_ADDRESS, '/api/v1/targets?state=active', look)
      .catch(() => undefined);
    if (seen?.status === 200) {
      answered = true;
      failures = 0;
      watch.take(JSON.parse(seen.body.toString()));
      // Nobody listens there. One that is slow or stopped takes connections all the same.
    } else if (seen?.status === 502 && answered) failures++;
    if (failures === FAILURES_OF_THE_GONE) onGone();
    await pause(LOOK_INTERVAL_MS, signal).catch(() => {});
  }
}
