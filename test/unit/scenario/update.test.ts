// What people write under `update`, and what is wrong with it.
import { describe, expect, it } from 'vitest';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../run/make-run.ts';

type Timeline = NonNullable<ScenarioInput['timeline']>;
type Update = Omit<NonNullable<Timeline[number]['update']>, 'group'> & { readonly group?: string };

const groups: ScenarioInput['groups'] = {
  servers: { role: 'server', replicas: 3, requestCost: '1ms', store: 'database', env: { A: 1, B: 2 } },
  shop: { role: 'server', replicas: 2, image: 'shop:1' },
  front: { role: 'balancer', balances: 'servers' },
  database: { role: 'store' },
};

const entry = ({ group = 'servers', ...update }: Update, at = '5s') => ({ at, update: { group, ...update } });

function updatesOf(...timeline: Timeline) {
  return scenarioOf({ groups, timeline }).timeline.map(({ change }) => {
    if (change.kind !== 'update') throw new Error(`a ${change.kind}`);
    return change.update;
  });
}

function problemsOf(...timeline: Timeline): string[] {
  const input = { name: 'tested', groups, timeline, phases: [{ name: 'run', duration: '60s' }] };
  const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
  return result.ok
    ? []
    : result.problems.map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`);
}

describe('an update', () => {
  it('leaves alone what it does not name, and takes the defaults of Docker Swarm for how it goes', () => {
    const [update] = updatesOf(entry({ env: { B: 3 } }));
    expect(update).toMatchObject({
      program: { image: 'topolab/node', version: 1, env: { A: '1', B: '3' }, command: null },
      changed: ['env'],
      pace: { kind: 'rolling', parallelism: 1, delayMs: 0 },
      order: 'stop-first',
      hold: [],
      onFailure: 'pause',
      monitorMs: 5000,
      maxFailureRatio: 0,
    });
  });

  it('builds on the ones before it by time, wherever they stand in the file', () => {
    const [second, first] = updatesOf(
      entry({ env: { A: 9 } }, '20s'),
      entry({ version: 2, env: { B: 3 } }, '10s'),
    );
    expect(first).toMatchObject({
      program: { version: 2, env: { A: '1', B: '3' } },
      changed: ['version', 'env'],
    });
    expect(second).toMatchObject({ program: { version: 2, env: { A: '9', B: '3' } }, changed: ['env'] });
  });

  it('to an image of another kind is ready, and measured, as that is', () => {
    const [update] = updatesOf(entry({ group: 'shop', image: 'topolab/node' }));
    expect(update?.program).toMatchObject({
      foreignImage: false,
      readiness: { probe: { kind: 'http', path: '/ready' } },
      metrics: { port: 8080, path: '/metrics' },
    });
  });
});

describe('what is wrong with an update is said', () => {
  it.each<[string, Timeline[number], string]>([
    [
      'nothing is changed',
      entry({}),
      '0.update: changes nothing; write `image`, `version`, `env` or `command`',
    ],
    [
      'it runs that already',
      entry({ env: { A: 1 } }),
      '0.update.env: changes nothing: "servers" runs that already; write something else, or leave it out',
    ],
    [
      'more nodes at a time than there are',
      entry({ version: 2, parallelism: 4 }),
      '0.update.parallelism: is more than the 3 nodes of "servers"; write 3 or less',
    ],
    [
      'a store, whose data would be lost',
      entry({ group: 'database', image: 'postgres:17' }),
      '0.update.group: "database" is a store, not a server, client, peer, tracker, balancer or service; write servers or shop or front',
    ],
    [
      'two nodes where there is one',
      entry({ group: 'front', env: { X: 1 }, order: 'start-first' }),
      '0.update.order: would make two nodes of "front", and a balancer is a single one; write stop-first',
    ],
    [
      'a version of a program that has none',
      entry({ group: 'shop', version: 2 }),
      "0.update.version: only Topolab's own servers, clients and peers have it; leave it out",
    ],
    [
      'an image that does not fit its group',
      entry({ image: 'shop:2' }),
      '0.update.image: does not fit "servers": `requestCost`: only Topolab\'s own server has it; leave out this or `image`',
    ],
    [
      'an order for nodes that do not wait for each other',
      entry({ version: 2, spread: { fixed: '1s' }, delay: '1s' }),
      "0.update.delay: does not go with `spread`, by which nodes don't wait for each other; leave out one of them",
    ],
    [
      'holds that go back',
      entry({
        version: 2,
        hold: [
          { share: '50%', for: '1s' },
          { share: '25%', for: '1s' },
        ],
      }),
      '0.update.hold.1.share: is not more than the 50% before it; write the shares in rising order',
    ],
    [
      'a hold that leaves nobody of before',
      entry({ version: 2, hold: [{ share: '100%', for: '1s' }] }),
      '0.update.hold.0.share: leaves nobody of the old or of the new; write a share above 0% and below 100%',
    ],
    [
      'a hold beyond the end',
      entry({ version: 2, hold: [{ share: '50%', for: '55s' }] }),
      '0.update.hold: lasts 55s in all, beyond the end of the run; write less than 55s',
    ],
    [
      'pauses between its nodes beyond the end',
      entry({ version: 2, delay: '30s' }),
      '0.update.delay: comes to 1m for 3 nodes, so that the update would not be over by the end of the run; write less, or more `parallelism`',
    ],
    [
      'a time of each node beyond the end',
      entry({ version: 2, spread: { fixed: '55s' } }),
      '0.update.spread: is beyond the end of the run, so that no node would be updated; write less than 55s',
    ],
    [
      'again and again',
      { every: '10s', update: { group: 'servers', version: 2 } },
      '0.every: does not go with `update`, which changes nothing a second time; write `at`',
    ],
    [
      'a group that is not there',
      entry({ group: 'server', version: 2 }),
      '0.update.group: there is no group "server"; did you mean "servers"?',
    ],
    [
      'together with another change',
      { ...entry({ version: 2 }), scale: { group: 'servers', to: 4 } },
      "0.update: can't stand beside `scale`; write an entry of its own for it",
    ],
  ])('%s', (_, written, expected) => {
    expect(problemsOf(written)).toEqual([expected]);
  });

  it('a version of another image in a group', () => {
    const input = {
      name: 'tested',
      groups: { shop: { role: 'server', image: 'shop:1', version: 2 } },
      phases: [{ name: 'run', duration: '60s' }],
    };
    const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
    expect(result).toMatchObject({
      problems: [{ message: "only Topolab's own program has it; leave out this or `image`" }],
    });
  });

  it('and an objective for updates where there are none', () => {
    const input = {
      name: 'tested',
      groups,
      phases: [{ name: 'run', duration: '60s' }],
      load: { users: { script: 'a.ts', target: 'front', model: 'script' } },
      objectives: [{ updated: { within: '10s' } }],
    };
    const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
    expect(result).toMatchObject({
      problems: [{ message: 'has no update to measure; write `update` in the timeline' }],
    });
  });
});

it.each<[string, Partial<ScenarioInput>, string]>([
  [
    'rights, which the new image does not check',
    { access: { users: { alice: { rights: ['read'] } } } },
    '0.update.image: knows nothing of `access`; leave out one of them',
  ],
  [
    'invitations, which the new image does not ask for',
    {
      groups: {
        database: { role: 'store' },
        servers: { role: 'server', store: 'database' },
        clients: { role: 'client', asks: 'servers', enrolment: {} },
      },
    },
    '0.update.image: knows nothing of the `enrolment` of clients of "clients"; leave out one of them',
  ],
  [
    'a secret of the same name',
    {
      groups: { servers: { role: 'server', secrets: { KEY: { env: 'KEY' } } } },
      timeline: [entry({ env: { KEY: 'x' } })],
    },
    '0.update.env.KEY: stands in `secrets` of "servers"; write it in one of them',
  ],
])('an update is held against %s', (_, parts, expected) => {
  const servers: ScenarioInput['groups'] = {
    database: { role: 'store' },
    servers: { role: 'server', store: 'database' },
  };
  const input = {
    name: 'tested',
    groups: servers,
    timeline: [entry({ image: 'shop:1' })],
    phases: [{ name: 'run', duration: '60s' }],
    ...parts,
  };
  const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
  const problems = result.ok ? [] : result.problems;
  expect(problems.map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`)).toEqual([expected]);
});
