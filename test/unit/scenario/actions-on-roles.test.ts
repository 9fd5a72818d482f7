// Every kind of action on a group of every role: what `validate` refuses, and in which words. The table is in test/fixtures/scenarios/golden/actions-on-roles.txt.
import { expect, it } from 'vitest';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { problemsIn, type Timeline } from '../faults/problems-in.ts';

type ActionName = Exclude<keyof Timeline[number], 'at' | 'every' | 'from' | 'until'>;

/** Of each role one of Topolab's own and, where that is another thing, one of somebody else's. */
const groups: ScenarioInput['groups'] = {
  database: { role: 'store', backup: { method: 'pgbackrest' } },
  'own-database': { role: 'store', image: 'mysql:8', port: 3306 },
  servers: { role: 'server', store: 'database', replicas: 2, tracker: 'directory', files: { notes: '1MiB' } },
  'own-servers': { role: 'server', image: 'nginx:1', replicas: 2 },
  balancer: { role: 'balancer', balances: 'servers' },
  directory: { role: 'tracker' },
  clients: { role: 'client', asks: 'balancer', replicas: 2 },
  helpers: { role: 'client', asks: 'balancer', replicas: 2, helps: true },
  peers: { role: 'peer', replicas: 3 },
  cache: { role: 'service', image: 'redis:7', port: 6379, replicas: 2 },
  worker: { role: 'service', image: 'worker:1' },
  migration: { role: 'service', image: 'migration:1', ready: { completed: true } },
};

const G = 'GROUP';
/** The compiler asks for every kind. `GROUP` stands for each group in turn. */
const actions: { readonly [Name in ActionName]: readonly NonNullable<Timeline[number][Name]>[] } = {
  scale: [{ group: G, by: 1 }],
  resize: [{ group: G, cpus: 0.5 }],
  backup: [{ group: G }],
  restore: [{ group: G }],
  update: [
    { group: G, image: 'other:2' },
    { group: G, version: 2 },
    { group: G, env: { A: 'b' }, order: 'start-first' },
    { group: G, env: { A: 'b' }, spread: { fixed: '5s' } },
  ],
  switch: [{ group: G, to: 'peer-to-peer' }],
  grant: [{ user: 'bob', rights: ['read'] }],
  revoke: [{ user: 'bob' }],
  link: [{ group: G, loss: '5%' }],
  kill: [
    { group: G, rule: 'random', replaceAfter: '1s' },
    { group: G, rule: 'tracker' },
    { group: G, rule: 'best-connected' },
    { group: G, rule: 'seeder' },
  ],
  destroy: [{ group: G }],
  stop: [{ group: G }],
  restart: [{ group: G }],
  crash: [{ group: G }],
  pause: [{ group: G }],
  isolate: [{ group: G }],
  partition: [
    { group: G, from: ['servers'] },
    { group: 'servers', from: [G] },
  ],
  refuse: [{ group: G }, { group: G, port: 8080 }, { group: G, port: 4001 }],
  dns: [{ group: G }],
  stress: [
    { group: G, cpu: 1 },
    { group: G, io: 1 },
  ],
  'out-of-memory': [{ group: G }],
  'disk-full': [{ group: G }],
  'disk-slow': [{ group: G, write: '1MiB/s' }],
  clock: [{ group: G, ahead: '5s' }],
  'host-lost': [{ count: 1 }],
  'host-cut': [{ count: 1 }],
  drain: [{ count: 1 }],
};

/** As a person would write it. */
function entryOf(name: string, action: object, group: string): Timeline[number] {
  return { at: '10s', ...(JSON.parse(JSON.stringify({ [name]: action }).replaceAll(G, group)) as object) };
}

it('is found to be possible or not, in words that say what to do', async () => {
  expect(problemsIn(groups, [])).toEqual([]);
  const lines = Object.entries(actions).flatMap(([name, ways]) =>
    ways.flatMap((action) => {
      const tried = Object.keys(groups).map((group) => ({
        group,
        problems: problemsIn(groups, [entryOf(name, action, group)]),
      }));
      const fine = tried.filter(({ problems }) => problems.length === 0).map(({ group }) => group);
      const refused = tried.flatMap(({ group, problems }) =>
        problems.map(({ place, message }) => `  ${group}: ${place.replace('timeline.0.', '')} ${message}`),
      );
      return [`${name} ${JSON.stringify(action)}`, `  fine: ${fine.join(' ')}`.trimEnd(), ...refused, ''];
    }),
  );
  await expect(lines.join('\n')).toMatchFileSnapshot('../../fixtures/scenarios/golden/actions-on-roles.txt');
});
