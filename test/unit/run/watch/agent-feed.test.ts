import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GateRefusal, ScrapeTarget } from '../../../../orchestrator/agent/agent-client.ts';
import { TopolabError } from '../../../../orchestrator/errors.ts';
import { AgentFeed } from '../../../../orchestrator/run/watch/agent-feed.ts';

/** What the agent was told, in order. */
let told: string[];
let targets: ScrapeTarget[];
let push: () => Promise<readonly GateRefusal[]>;
let exposition: () => Promise<string>;
let warnings: string[];
let gone: unknown[];
let over: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  targets = [];
  push = async () => [];
  exposition = async () => 'metrics';
  warnings = [];
  gone = [];
  over = new AbortController();
});
afterEach(() => void vi.useRealTimers());

/** Feeds the agent for a while, until the run is over. */
async function feedFor(ms: number): Promise<void> {
  const feed = new AgentFeed({
    agent: {
      setTargets: async (all) => void told.push(`targets ${all.length}`),
      setContainers: async (all) => void told.push(`containers ${all.length}`),
      pushMetrics: async (text) => {
        told.push(text);
        return await push();
      },
    },
    targets: () => targets,
    containers: () => [],
    exposition: () => exposition(),
    warn: (message) => warnings.push(message),
    onGone: (cause) => gone.push(cause),
  });
  const fed = feed.goOn(over.signal);
  await vi.advanceTimersByTimeAsync(ms);
  over.abort();
  await fed;
}

it('tells metrics every second, and targets and containers only where they have changed', async () => {
  setTimeout(() => (targets = [{ targets: ['10.0.0.2:80'], labels: {} }]), 1500);
  await feedFor(2500);
  expect(told).toEqual(['targets 0', 'containers 0', 'metrics', 'metrics', 'targets 1', 'metrics']);
  expect(vi.getTimerCount()).toBe(0);
});

it('sends nothing more once the run is over, for the agent may have forgotten it', async () => {
  exposition = async () => {
    over.abort();
    return 'metrics';
  };
  await feedFor(100);
  expect(told).toEqual(['targets 0', 'containers 0']);
  expect(warnings).toEqual([]);
});

it('says once of each generator and reason what the gate refused', async () => {
  push = async () => [{ node: 'users-k6-1', reason: 'too many series', samples: 7 }];
  await feedFor(3500);
  expect(warnings).toEqual(['Samples of users-k6-1 were rejected: too many series.']);
});

it('takes an agent for gone that was out of reach five times in a row, and says so once', async () => {
  const lost = new TopolabError('ask the agent', { code: 'agent-lost' });
  let tries = 0;
  push = async () => {
    tries += 1;
    if (tries === 5) return [];
    throw lost;
  };
  await feedFor(8500);
  expect(gone).toEqual([]);
  over = new AbortController();
  await feedFor(9500);
  expect(gone).toEqual([lost]);
  expect(warnings).toEqual([]);
});

it('warns of an agent that answers wrongly five times in a row', async () => {
  push = () => Promise.reject(new TopolabError('status 500', { code: 'agent-refused' }));
  await feedFor(9500);
  expect(gone).toEqual([]);
  expect(warnings).toEqual(['push metrics to the agent: status 500']);
});
