import { describe, expect, test } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { groupsOf, type Plan } from '../../../orchestrator/plan/plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from './plan-fixtures.ts';

type PeerInput = Extract<NonNullable<ScenarioInput['groups']>[string], { role: 'peer' }>;
type Timeline = NonNullable<ScenarioInput['timeline']>;

/** A group `peers`, a second one, and a tracker. */
function planOf(
  peers: Omit<PeerInput, 'role'>,
  {
    timeline = [],
    seed = 1,
    duration = '60s',
    others = {},
  }: {
    timeline?: Timeline;
    seed?: number;
    duration?: string;
    others?: ScenarioInput['groups'];
  } = {},
): Plan {
  const groups = { directory: { role: 'tracker' }, peers: { role: 'peer', ...peers }, ...others } as const;
  return makePlan(scenarioOf({ groups, timeline, seed, phases: [{ name: 'run', duration }] }));
}

/** `10s peers-1 leaves`. */
function linesOf(plan: Plan): string[] {
  return plan.actions.map(({ offsetMs, summary, change }) => {
    const nodes = change.kind === 'join' || change.kind === 'leave' ? '' : `: ${change.nodes.join(' ')}`;
    return `${offsetMs / 1000}s ${summary}${nodes}`;
  });
}

describe('churn becomes joins and leaves', () => {
  test.each<[string, Omit<PeerInput, 'role'>, string[]]>([
    [
      'arrivals at fixed intervals',
      { replicas: 1, churn: { arrivals: { fixed: '20s' } } },
      ['20s peers-2 joins', '40s peers-3 joins'],
    ],
    [
      'sessions of a fixed length, those of the first nodes too',
      { replicas: 2, churn: { arrivals: { fixed: '25s' }, sessions: { fixed: '30s' } } },
      [
        '25s peers-3 joins',
        '30s peers-1 leaves',
        '30s peers-2 leaves',
        '50s peers-4 joins',
        '55s peers-3 leaves',
      ],
    ],
    [
      'arriving nodes are turned away where all places are taken',
      { replicas: 1, churn: { arrivals: { fixed: '10s' }, sessions: { fixed: '25s' }, maxAlive: 2 } },
      [
        '10s peers-2 joins',
        '25s peers-1 leaves',
        '30s peers-3 joins',
        '35s peers-2 leaves',
        '40s peers-4 joins',
        '55s peers-3 leaves',
      ],
    ],
    [
      'a node that can not be spared leaves when another has joined',
      { replicas: 2, churn: { arrivals: { fixed: '20s' }, sessions: { fixed: '15s' }, minAlive: 2 } },
      ['20s peers-3 joins', '20s peers-1 leaves', '40s peers-4 joins', '40s peers-2 leaves'],
    ],
    [
      'only between `from` and `until`',
      {
        replicas: 1,
        churn: { arrivals: { fixed: '10s' }, sessions: { fixed: '15s' }, from: '20s', until: '40s' },
      },
      ['30s peers-2 joins', '35s peers-1 leaves'],
    ],
    [
      'leaves without saying goodbye',
      { replicas: 1, churn: { sessions: { fixed: '15s' }, cleanShare: '0%' } },
      ['15s peers-1 breaks off'],
    ],
  ])('%s', (_, peers, lines) => {
    expect(linesOf(planOf(peers))).toEqual(lines);
  });

  test('a trace is followed: a node that comes back has a new name', () => {
    const trace = '0,leave,2\n10,join,2\n20.5,join,7\n30,leave,2\n40,leave,7\n';
    const scenario = scenarioOf(
      {
        groups: { peers: { role: 'peer', replicas: 2, churn: { trace: 'office.csv', from: '1s' } } },
      },
      trace,
    );
    expect(linesOf(makePlan(scenario))).toEqual([
      '1s peers-2 leaves',
      '11s peers-3 joins',
      '21.5s peers-4 joins',
      '31s peers-3 leaves',
      '41s peers-4 leaves',
    ]);
  });

  test('nodes that are scaled out have sessions too, and those scaled in leave only once', () => {
    const timeline: Timeline = [
      { at: '10s', scale: { group: 'peers', to: 3 } },
      { at: '20s', scale: { group: 'peers', to: 2 } },
    ];
    expect(linesOf(planOf({ replicas: 1, churn: { sessions: { fixed: '35s' } } }, { timeline }))).toEqual([
      '10s scale peers 1 → 3: peers-2 peers-3',
      '20s scale peers 3 → 2: peers-3',
      '35s peers-1 leaves',
      '45s peers-2 leaves',
    ]);
  });
});

describe('kills become actions', () => {
  test.each<[string, Timeline, string[]]>([
    [
      'the newest',
      [{ at: '10s', kill: { group: 'peers', rule: 'newest', count: 2 } }],
      ['10s kill 2 of peers, the newest: peers-4 peers-3'],
    ],
    [
      'the oldest',
      [{ at: '10s', kill: { group: 'peers', rule: 'oldest' } }],
      ['10s kill 1 of peers, the oldest: peers-1'],
    ],
    ['the tracker', [{ at: '10s', kill: { rule: 'tracker' } }], ['10s kill the tracker: directory-1']],
    [
      'the seeders that are left, then nobody',
      [{ every: '10s', kill: { group: 'peers', rule: 'seeder' } }],
      ['10s kill 1 of peers, the seeder: peers-1', '20s kill 1 of peers, the seeder: peers-2'],
    ],
    [
      'all there are, where more are asked for',
      [{ at: '10s', kill: { group: 'peers', rule: 'oldest', count: 9 } }],
      ['10s kill 9 of peers, the oldest: peers-1 peers-2 peers-3 peers-4'],
    ],
    [
      'the best-connected, known only at run time',
      [{ at: '10s', kill: { rule: 'best-connected' } }],
      ['10s kill 1 of peers, the best-connected: '],
    ],
    [
      'with replacements that have names of their own',
      [{ at: '10s', kill: { group: 'peers', rule: 'newest', count: 2, replaceAfter: '5s' } }],
      ['10s kill 2 of peers, the newest: peers-4 peers-3', '15s peers-5 joins', '15s peers-6 joins'],
    ],
    [
      'with replacements of a share that only the run can tell',
      [{ at: '10s', kill: { rule: 'best-connected', share: '50%', replaceAfter: '5s' } }],
      ['10s kill 50% of peers, the best-connected: ', '15s peers-5 joins', '15s peers-6 joins'],
    ],
    [
      'with no more replacements than there are nodes',
      [{ at: '10s', kill: { rule: 'best-connected', count: 9, replaceAfter: '5s' } }],
      [
        '10s kill 9 of peers, the best-connected: ',
        ...[5, 6, 7, 8].map((number) => `15s peers-${number} joins`),
      ],
    ],
  ])('%s', (_, timeline, lines) => {
    const peers = { replicas: 4, seeders: 2, files: { 'film.bin': '4MiB' } };
    expect(linesOf(planOf(peers, { timeline }))).toEqual(lines);
  });

  test('a killed node does not leave again at the end of its session', () => {
    const timeline: Timeline = [{ at: '10s', kill: { group: 'peers', rule: 'oldest', replaceAfter: '5s' } }];
    expect(linesOf(planOf({ replicas: 2, churn: { sessions: { fixed: '30s' } } }, { timeline }))).toEqual([
      '10s kill 1 of peers, the oldest: peers-1',
      '15s peers-3 joins',
      '30s peers-2 leaves',
      '45s peers-3 leaves',
    ]);
  });
});

test('a change of a link keeps what it does not name', () => {
  const timeline: Timeline = [
    { at: '10s', link: { group: 'peers', uplink: '1MiB/s' } },
    { at: '20s', link: { group: 'peers', uplink: 'unlimited', delay: '20ms' } },
    { at: '30s', link: { group: 'peers', loss: '1%' } },
  ];
  expect(linesOf(planOf({ replicas: 1, link: { uplink: '8MiB/s', loss: '1%' } }, { timeline }))).toEqual([
    '10s link of peers: uplink 1MiB/s, loss 1%: peers-1',
    '20s link of peers: loss 1%, delay 20ms: peers-1',
  ]);
});

const LIVELY = {
  replicas: 8,
  churn: {
    arrivals: { exponential: '2s' },
    sessions: { weibull: { shape: 0.6, scale: '15s' } },
    minAlive: 4,
    maxAlive: 16,
    cleanShare: '50%',
  },
} as const;

describe.each(Array.from({ length: 20 }, (_, index) => index + 1))('churn with seed %i', (seed) => {
  const options = { seed, duration: '20m' };
  const plan = planOf(LIVELY, options);

  test('is the same when planned again', () => {
    expect(planOf(LIVELY, options)).toEqual(plan);
  });

  test('is sorted, and never goes beyond its bounds', () => {
    const offsets = plan.actions.map(({ offsetMs }) => offsetMs);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    for (const { change } of plan.actions) {
      if (!('to' in change)) continue;
      expect(change.to).toBeGreaterThanOrEqual(4);
      expect(change.to).toBeLessThanOrEqual(16);
    }
  });

  test('lets only nodes leave that are there, and uses no name twice', () => {
    const present = new Set(plan.initialNodes.find(({ group }) => group === 'peers')?.nodes);
    const ever = new Set(present);
    for (const { change } of plan.actions) {
      const [node = ''] = change.nodes;
      if (change.kind === 'join') {
        expect(ever.has(node)).toBe(false);
        present.add(node);
        ever.add(node);
      } else expect(present.delete(node)).toBe(true);
    }
  });

  test('stays as it was when another group changes', () => {
    const churn = { arrivals: { exponential: '3s' }, sessions: { exponential: '9s' } } as const;
    const more = planOf(LIVELY, { ...options, others: { guests: { role: 'peer', replicas: 3, churn } } });
    const own = ({ actions }: Plan) =>
      actions
        .filter(({ change }) => groupsOf(change).includes('peers'))
        .map(({ offsetMs, summary }) => `${offsetMs} ${summary}`);
    expect(own(more)).toEqual(own(plan));
  });

  test('has sessions, and numbers of nodes, that are as long and as many as theory says', () => {
    const unbounded = planOf(
      { replicas: 10, churn: { arrivals: { exponential: '2s' }, sessions: { exponential: '20s' } } },
      { seed, duration: '1h' },
    );
    const joined = new Map<string, number>();
    const sessions: number[] = [];
    let aliveMs = 0;
    let last = { offsetMs: 0, alive: 10 };
    for (const { offsetMs, change } of unbounded.actions) {
      const [node = ''] = change.nodes;
      if (change.kind === 'join') joined.set(node, offsetMs);
      else sessions.push(offsetMs - (joined.get(node) ?? 0));
      aliveMs += last.alive * (offsetMs - last.offsetMs);
      last = { offsetMs, alive: 'to' in change ? change.to : 0 };
    }
    const mean = sessions.reduce((sum, each) => sum + each, 0) / sessions.length;
    expect(Math.abs(mean / 20_000 - 1)).toBeLessThan(0.12);
    // Little's law: 0.5 arrivals a second × 20 s.
    expect(Math.abs(aliveMs / last.offsetMs / 10 - 1)).toBeLessThan(0.2);
  });
});
