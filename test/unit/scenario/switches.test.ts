// What a switch of the timeline is, and what is wrong with one, as `validate` tells it.
import { expect, it, test } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { renderPlan } from '../../../orchestrator/plan/render-plan.ts';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';

const groups = {
  database: { role: 'store' },
  servers: { role: 'server', replicas: 2, store: 'database' },
  balancer: { role: 'balancer', balances: 'servers' },
  nodes: { role: 'client', asks: 'balancer', switches: true, replicas: 3 },
};
const there = { at: '10s', switch: { group: 'nodes', to: 'peer-to-peer', hold: '2s' } };
const back = { at: '30s', switch: { group: 'nodes', to: 'client-server' } };

function resolved(parts: object) {
  const input = {
    name: 'switched',
    groups,
    phases: [{ name: 'run', duration: '60s' }],
    timeline: [there, back],
    ...parts,
  };
  return resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
}

it('is planned with who switches, who leaves and who joins', () => {
  const result = resolved({});
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const plan = makePlan(result.scenario);
  expect(plan.actions.map(({ change }) => change)).toEqual([
    {
      kind: 'switch',
      id: 's1',
      group: 'nodes',
      topology: 'peer-to-peer',
      holdMs: 2000,
      nodes: ['nodes-1', 'nodes-2', 'nodes-3'],
      service: [
        { group: 'database', nodes: ['database-1'] },
        { group: 'servers', nodes: ['servers-1', 'servers-2'] },
        { group: 'balancer', nodes: ['balancer-1'] },
      ],
    },
    {
      kind: 'switch',
      id: 's2',
      group: 'nodes',
      topology: 'client-server',
      holdMs: 0,
      nodes: ['nodes-1', 'nodes-2', 'nodes-3'],
      service: [
        { group: 'database', nodes: ['database-2'] },
        { group: 'servers', nodes: ['servers-3', 'servers-4'] },
        { group: 'balancer', nodes: ['balancer-2'] },
      ],
    },
  ]);
  expect(renderPlan(plan)).toContain(
    'write to both, copy, hold 2s, read from the new, write to it alone; then',
  );
});

const withNodes = (more: object) => ({ groups: { ...groups, nodes: { ...groups.nodes, ...more } } });
const also = (entry: object) => ({ timeline: [there, back, entry] });

test.each<[string, object, string, RegExp]>([
  [
    'a server',
    { timeline: [{ at: '1s', switch: { group: 'servers', to: 'peer-to-peer' } }] },
    'timeline[0].switch.group',
    /is a server, not a client/,
  ],
  [
    'clients that can’t',
    withNodes({ switches: false }),
    'timeline[0].switch.group',
    /can't become peers; give it `switches: true`/,
  ],
  [
    'to what it is',
    { timeline: [back] },
    'timeline[0].switch.to',
    /is client-server already at 30s; write peer-to-peer/,
  ],
  [
    'again and again one way',
    { timeline: [{ every: '10s', switch: there.switch }] },
    'timeline[0].switch.to',
    /is peer-to-peer already at 20s/,
  ],
  [
    'a hold beyond the end',
    { timeline: [{ at: '50s', switch: { ...there.switch, hold: '10s' } }] },
    'timeline[0].switch.hold',
    /beyond the end of the run; write less than 10s/,
  ],
  [
    'servers that keep records in their memory',
    { groups: { ...groups, servers: { role: 'server' } } },
    'groups.nodes.switches',
    /own memory, from which they can't move; give it a `store`/,
  ],
  [
    'servers with files',
    { groups: { ...groups, servers: { ...groups.servers, files: { a: '1MiB' } } } },
    'groups.nodes.switches',
    /files do not move along/,
  ],
  [
    'churn',
    withNodes({ churn: { sessions: { exponential: '10s' } } }),
    'groups.nodes.switches',
    /does not go with `churn`/,
  ],
  [
    'an image',
    withNodes({ image: 'other:1' }),
    'groups.nodes.switches',
    /only Topolab's own clients become peers/,
  ],
  [
    'copies of records without it',
    withNodes({ switches: false, recordReplicas: 2 }),
    'groups.nodes.recordReplicas',
    /belongs to `switches: true`/,
  ],
  [
    'a load on servers that leave',
    { load: { users: { script: 'a.ts', target: 'balancer', model: 'script', duration: '9s' } } },
    'load.users.target',
    /"balancer" leaves when "nodes" switch to peer-to-peer; write "nodes"/,
  ],
  [
    'records at servers that leave',
    { records: { target: 'servers' } },
    'records.target',
    /"servers" leaves when "nodes" switch/,
  ],
  [
    'others that ask the servers',
    { groups: { ...groups, others: { role: 'client', asks: 'balancer' } } },
    'timeline[0].switch.group',
    /leaves in this switch, but "others" needs it/,
  ],
  [
    'scaling beside it',
    also({ at: '40s', scale: { group: 'nodes', by: 1 } }),
    'timeline[2].scale',
    /takes part in a `switch`/,
  ],
  [
    'an update beside it',
    also({ at: '40s', update: { group: 'servers', version: 2 } }),
    'timeline[2].update',
    /takes part in a `switch`/,
  ],
  [
    'nodes that come back',
    also({ at: '40s', restart: { group: 'nodes', count: 1 } }),
    'timeline[2].restart',
    /takes part in a `switch`/,
  ],
  [
    'an objective without a switch',
    { timeline: [], objectives: [{ switched: { within: '20s' } }] },
    'objectives[0].switched',
    /no switch to measure/,
  ],
  [
    'events that nobody looks for',
    { timeline: [], records: { target: 'nodes', events: '1/s' } },
    'records.events',
    /looked for after each `switch`/,
  ],
])('%s is refused', (_, parts, path, message) => {
  const result = resolved(parts);
  const found = result.ok
    ? []
    : result.problems.map((each) => ({
        path: each.path.join('.').replaceAll(/\.(\d+)/g, '[$1]'),
        message: each.message,
      }));
  expect(found).toContainEqual({ path, message: expect.stringMatching(message) });
});

it('leaves alone a node that is killed and stays dead', () => {
  expect(resolved(also({ at: '40s', kill: { group: 'nodes', rule: 'random' } })).ok).toBe(true);
});
