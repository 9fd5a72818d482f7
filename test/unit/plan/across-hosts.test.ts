import { expect, it } from 'vitest';
import { notCarriedAcrossHosts } from '../../../orchestrator/plan/across-hosts.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from './plan-fixtures.ts';

const refused = (groups: ScenarioInput['groups'], timeline: ScenarioInput['timeline'] = []) => {
  const scenario = scenarioOf({ groups, timeline });
  return notCarriedAcrossHosts(scenario, makePlan(scenario, { acrossHosts: true })).map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  );
};

const servers = { role: 'server', replicas: 2 } as const;

it.each<[string, ScenarioInput['groups'], readonly unknown[]]>([
  ['servers behind a balancer', { servers, balancer: { role: 'balancer', balances: 'servers' } }, []],
  [
    'peers that a tracker introduces',
    { peers: { role: 'peer', replicas: 4, files: { a: '1MiB' } }, tracker: { role: 'tracker' } },
    [],
  ],
  [
    'peers that find each other by broadcast',
    { servers, peers: { role: 'peer', replicas: 2, discovery: 'broadcast', files: { a: '1MiB' } } },
    [
      'groups.peers finds its peers by broadcast, which no network over several hosts carries; add a group with role: tracker',
    ],
  ],
  [
    'a store that is backed up',
    { servers: { ...servers, store: 'db' }, db: { role: 'store', backup: { method: 'pgbackrest' } } },
    [],
  ],
  [
    'servers that share a volume',
    { servers: { ...servers, image: 'own:1', port: 80, volumes: { '/data': 'data' } } },
    [],
  ],
  [
    'a large swarm',
    { peers: { role: 'peer', replicas: 21, files: { a: '1MiB' } }, tracker: { role: 'tracker' } },
    ['groups.peers is among more than 20 nodes that share files, which works on one host only; write fewer'],
  ],
  [
    'more containers than addresses',
    { servers: { ...servers, replicas: 4001 } },
    ['groups come to 4001 nodes and generators; a network over several hosts has addresses for 4000'],
  ],
])('%s', (_what, groups, expected) => {
  expect(refused(groups)).toEqual(expected);
});

it('counts nodes that join later', () => {
  expect(
    refused({ servers: { ...servers, replicas: 3999 } }, [
      { at: '1s', scale: { group: 'servers', to: 4005 } },
    ]),
  ).toEqual([expect.stringContaining('come to 4005 nodes')]);
});
