// What is wrong with users and rights is found before anything is launched.
import { describe, expect, it, test } from 'vitest';
import { formatPath } from '../../../orchestrator/scenario/text/problem.ts';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';

const groups = { database: { role: 'store' }, servers: { role: 'server', store: 'database' } };
const access = { users: { alice: { rights: ['read'] }, bob: {} } };
const phases = [{ name: 'run', duration: '60s' }];

const visits = {
  script: 'a.ts',
  target: 'servers',
  user: 'bob',
  model: 'open',
  stages: [{ duration: '10s', rate: '1/s' }],
};

function resolve(parts: object) {
  const input = { name: 'test', phases, groups, access, ...parts };
  return resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
}

function problemsOf(parts: object): string[] {
  const result = resolve(parts);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

it('has defaults', () => {
  const result = resolve({});
  expect(result.ok && result.scenario.access).toEqual({
    users: [
      { name: 'alice', rights: ['read'] },
      { name: 'bob', rights: [] },
    ],
    cacheMs: 2000,
    news: 'push',
    tokenLifeMs: 3_600_000,
    ignoredBy: [],
    canariesPerSecond: 10,
  });
});

it('is off unless it is written', () => {
  const result = resolve({ access: undefined });
  expect(result.ok && 'access' in result.scenario).toBe(false);
});

describe('a problem', () => {
  test.each<[string, object, string]>([
    ['no users', { access: { users: {} } }, 'access.users: has no user; write at least one'],
    [
      'an unknown right',
      { access: { users: { alice: { rights: ['write'] } } } },
      'access.users.alice.rights[0]: ',
    ],
    [
      'a right twice',
      { access: { users: { a: { rights: ['read', 'read'] } } } },
      'access.users.a.rights: names one twice',
    ],
    [
      'an unknown user',
      { timeline: [{ at: '1s', revoke: { user: 'alic' } }] },
      'timeline[0].revoke.user: there is no user "alic"; did you mean "alice"?',
    ],
    [
      'an unknown right to grant',
      { timeline: [{ at: '1s', grant: { user: 'bob', rights: ['red'] } }] },
      'timeline[0].grant.rights[0]: ',
    ],
    [
      'no rights to grant',
      { timeline: [{ at: '1s', grant: { user: 'bob', rights: [] } }] },
      'timeline[0].grant.rights: is empty; write some of publish, read, fetch',
    ],
    [
      'rights beside a token',
      { timeline: [{ at: '1s', revoke: { user: 'bob', rights: ['read'], token: true } }] },
      'timeline[0].revoke.rights: stands beside `token`, which leaves all rights as they are; write one of them',
    ],
    [
      'a token that is not to be revoked',
      { timeline: [{ at: '1s', revoke: { user: 'bob', token: false } }] },
      'timeline[0].revoke.token: false is not known here; write true',
    ],
    [
      'a change without access',
      { access: undefined, timeline: [{ at: '1s', revoke: { user: 'bob' } }] },
      'timeline[0].revoke: changes rights, but this scenario has no `access`; write that section too',
    ],
    [
      'a bound on what is served after the end',
      { objectives: [{ unauthorised: { atMost: 0, after: '60s' } }] },
      'objectives[0].unauthorised.after: the run has ended by then, so that nothing would be counted; write less than 1m',
    ],
    [
      'a group twice',
      {
        groups: { ...groups, rogues: { role: 'peer' } },
        access: { ...access, ignoredBy: ['rogues', 'rogues'] },
      },
      'access.ignoredBy[1]: "rogues" is there already; write another one, or leave it out',
    ],
    [
      'an objective without access',
      { access: undefined, objectives: [{ unauthorised: { atMost: 0 } }] },
      'objectives[0].unauthorised: is about rights, but this scenario has no `access`; write that section too',
    ],
    [
      'an objective about nothing',
      { objectives: [{ refused: { within: '5s' } }] },
      'objectives[0].refused: needs something to be refused: write a `revoke` in the timeline',
    ],
    [
      'a server without a database',
      { groups: { servers: { role: 'server' } } },
      'groups.servers: needs `store`: with `access`, servers keep what users may do in their database; write a store group',
    ],
    [
      'peers with files alone',
      { groups: { peers: { role: 'peer', files: { 'a.bin': '1MiB' } } } },
      'groups.peers.services: would never hear of a revocation',
    ],
    [
      'an image of one’s own',
      { groups: { servers: { role: 'server', image: 'mine' } } },
      'groups.servers.image: has an image of its own, which knows nothing of `access`; leave out one of them',
    ],
    [
      'records that nobody may write',
      { records: { target: 'servers' } },
      'records: does not go with `access`: what writes them has no token; leave out one of them',
    ],
    ['nobody to check', { groups: { database: { role: 'store' } } }, 'access: has nobody to check it'],
    [
      'servers that ignore it',
      { access: { ...access, ignoredBy: ['servers'] } },
      'access.ignoredBy[0]: "servers" is a server, not a peer; there are none',
    ],
    [
      'a load in nobody’s name',
      { load: { visits: { ...visits, user: undefined } } },
      'load.visits: has no `user`, and with `access` nodes serve nobody without a token; write one of alice, bob',
    ],
    [
      'a load of an unknown user',
      { load: { visits: { ...visits, user: 'bo' } } },
      'load.visits.user: there is no user "bo"; did you mean "bob"?',
    ],
    [
      'a load’s user without access',
      { access: undefined, load: { visits } },
      'load.visits.user: is a user of `access`, which this scenario has not',
    ],
    [
      'a group named canary',
      { groups: { ...groups, canary: { role: 'client', asks: 'servers' } } },
      'groups.canary: is the name',
    ],
    [
      'too few requests',
      { access: { ...access, canaries: 5 } },
      'access.canaries: 5 is too small; write 10 or more',
    ],
  ])('%s', (_, parts, problem) => {
    expect(problemsOf(parts).filter((each) => each.startsWith(problem))).toHaveLength(1);
  });

  it('in one part does not hide those of others, nor make new ones', () => {
    const found = problemsOf({
      access: { users: { alice: { rights: ['read'] } }, cache: 2 },
      timeline: [{ at: '1s', revoke: { user: 'alice' } }],
      objectives: [{ refused: { within: '5s' } }],
    });
    expect(found).toEqual(['access.cache: the number 2 has no unit; write for example 2s']);
  });
});
