import { expect, test } from 'vitest';
import {
  nothingRanOut,
  whatIsWatched,
  withoutCpuLimit,
} from '../../../orchestrator/report/words/describe-watched.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../run/make-run.ts';

const load = { users: { script: 'load.ts', target: 'servers', model: 'script' } } as const;

test.each<[string, Partial<ScenarioInput>, string]>([
  [
    'limits from the start',
    {
      groups: {
        servers: {
          role: 'server',
          cpus: 0.2,
          memory: '64MiB',
          link: { uplink: '1MiB/s', downlink: '2MiB/s' },
        },
      },
      load: { users: { ...load.users, cpus: 1 } },
    },
    'CPU of servers; memory of servers; uplink of servers; downlink of servers; CPU of the load generators; CPU of the host',
  ],
  [
    'limits that come with the timeline',
    {
      groups: { servers: { role: 'server', memory: 'unlimited' } },
      timeline: [
        { at: '1s', resize: { group: 'servers', cpus: 0.5 } },
        { at: '2s', resize: { group: 'servers', memory: '64MiB' } },
        { at: '3s', link: { group: 'servers', uplink: '1MiB/s' } },
      ],
    },
    'CPU of servers; memory of servers; uplink of servers; CPU of the host',
  ],
  [
    'a link that only loses has no rate to run out of',
    { groups: { servers: { role: 'server', cpus: 0.2, memory: 'unlimited', link: { loss: '1%' } } } },
    'CPU of servers; CPU of the host',
  ],
  [
    'what has no CPU limit shares the host',
    {
      groups: {
        postgres: { role: 'store' },
        servers: { role: 'server', store: 'postgres', cpus: 0.2, memory: 'unlimited' },
        balancer: { role: 'balancer', balances: 'servers' },
      },
      load,
    },
    "CPU of servers; CPU of the host. Without a CPU limit of their own (they use the host's): the database (postgres), the balancer and the load generators",
  ],
])('%s', (_, parts, words) => {
  expect(nothingRanOut(scenarioOf(parts))).toBe(`nothing of what is monitored and has a limit: ${words}`);
});

test('a group that a study gives CPU has a limit at every size', () => {
  const scenario = scenarioOf({ groups: { servers: { role: 'server' } } });
  expect(withoutCpuLimit(scenario, 'servers')).toBeNull();
  expect(whatIsWatched(scenario, 'servers')).toContain('CPU of servers;');
});
