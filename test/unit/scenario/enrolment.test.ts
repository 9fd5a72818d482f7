// What does not go with groups whose nodes need an invitation.
import { expect, it } from 'vitest';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';

function problemsOf(groups: ScenarioInput['groups'], target: string): string[] {
  const load = { users: { script: 'a.ts', target, model: 'script' as const } };
  const input = { name: 'tested', groups, load, phases: [{ name: 'run', duration: '60s' }] };
  const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const servers = { role: 'server' } as const;
const clients = { role: 'client', asks: 'servers', enrolment: {} } as const;

it.each<[string, ScenarioInput['groups'], string, string[]]>([
  ['users at clients that are enrolled', { servers, clients }, 'clients', []],
  [
    'users who ask the servers themselves',
    { servers, clients },
    'servers',
    [
      'load.users.target: would be refused, for these servers serve only nodes that are enrolled; write clients',
    ],
  ],
  [
    'clients beside them that are not enrolled',
    { servers, clients, others: { role: 'client', asks: 'servers' } },
    'clients',
    [
      'groups.others: needs `enrolment: {}` too, for clients of "clients" have it, and the servers refuse those without',
    ],
  ],
  [
    'servers that know nothing of it',
    { servers: { role: 'server', image: 'shop:1' }, clients },
    'clients',
    [
      'groups.servers.image: does not know of invitations, but clients of "clients" have `enrolment`; leave out one of them',
    ],
  ],
  [
    'a client of somebody else',
    { servers, clients: { ...clients, image: 'shop:1' } },
    'clients',
    ["groups.clients.enrolment: only Topolab's own program has it; leave out this or `image`"],
  ],
  [
    'several servers, each of which would know its own invitations only',
    { servers: { role: 'server', replicas: 2 }, clients },
    'clients',
    [
      'groups.servers: needs `store`: without it each server knows only the invitations that it has issued itself, and refuses clients of "clients" that come with others; write a store group',
    ],
  ],
  [
    'several servers with a database',
    { servers: { role: 'server', replicas: 2, store: 'database' }, database: { role: 'store' }, clients },
    'clients',
    [],
  ],
  [
    'peers that share files alone',
    {
      tracker: { role: 'tracker' },
      peers: { role: 'peer', replicas: 2, files: { a: '1MiB' }, enrolment: {} },
    },
    'peers',
    [
      'groups.peers.enrolment: is for the network of events and records, and files alone are exchanged with anybody; add one of these to `services`, or leave this out',
    ],
  ],
  [
    'peers, whoever asks them',
    { peers: { role: 'peer', discovery: 'broadcast', enrolment: {} } },
    'peers',
    [],
  ],
])('%s', (_, groups, target, expected) => {
  expect(problemsOf(groups, target)).toEqual(expected);
});
