// Changes of the plan are not made: users may have been served, but not by the system of which the plan speaks, or a fault does not end.
import { later, occupyName, unplug } from './act.ts';
import type { Sabotage } from './sabotage.ts';

const quicklyReady = {
  servers: {
    role: 'server',
    replicas: 2,
    cpus: 0.5,
    memory: '96MiB',
    env: { PORT: '8080' },
    ready: { http: '/ready', timeout: '2s' },
  },
} as const;

export const changes: readonly Sabotage[] = [
  {
    breaks: 'An update brings servers that never get ready, and ends there',
    right: { outcome: 'fail', code: 'changes-failed' },
    scenario: {
      groups: quicklyReady,
      timeline: [{ at: '3s', update: { group: 'servers', env: { PORT: '8081' }, order: 'start-first' } }],
    },
  },
  {
    breaks: 'The same update is rolled back, as its scenario has it',
    right: { outcome: 'pass' },
    scenario: {
      groups: quicklyReady,
      timeline: [
        {
          at: '3s',
          update: {
            group: 'servers',
            env: { PORT: '8081' },
            order: 'start-first',
            onFailure: 'rollback',
          },
        },
      ],
    },
  },
  {
    breaks: 'Something else has the name of a server that is to join',
    right: { outcome: 'invalid', code: 'plan-not-carried-out' },
    scenario: { timeline: [{ at: '6s', scale: { group: 'servers', to: 3 } }] },
    act: occupyName('servers-3'),
  },
  {
    breaks: 'A server that a fault isolates is unplugged meanwhile: undoing the fault does not bring it back',
    right: { outcome: 'invalid', code: 'faults-not-seen-to-end' },
    scenario: {
      phases: [{ name: 'all', duration: '24s' }],
      timeline: [{ at: '3s', isolate: { nodes: ['servers-2'], for: '4s' } }],
    },
    load: { stages: [{ duration: '24s', rate: '20/s' }] },
    act: later(2500, unplug('servers-2')),
  },
];
