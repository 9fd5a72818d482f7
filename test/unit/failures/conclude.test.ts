// What trials are asked for, and what is concluded from them, on systems whose answer is known.
import { describe, expect, it, test } from 'vitest';
import { conclude, nextTrials, pairsOf } from '../../../orchestrator/failures/conclude.ts';
import type { TopologyNode } from '../../../orchestrator/failures/trial-scenario.ts';
import type { TrialResult } from '../../../orchestrator/failures/trial.ts';

const BEFORE = { servedBefore: 40, lowestShare: 1, detectedAfterMs: null, lost: 0 };

interface System {
  readonly nodes: readonly string[];
  /** What is served in the end once these are dead, as a share of all. */
  readonly serves: (dead: readonly string[]) => number;
  /** Operations that fail until it is back. */
  readonly loses?: (dead: readonly string[]) => number;
  /** Who sends how much. */
  readonly sends?: (dead: readonly string[]) => Record<string, number>;
  /** Which host each node is on. Default: there is but one. */
  readonly hosts?: Record<string, string>;
  /** Users that sit at each node. */
  readonly ownUsersShare?: number;
}

/** A trial of the system, as if it had been run. */
function trialOf(system: System, killed: readonly string[], attempt: 1 | 2 = 1): TrialResult {
  const served = system.serves(killed);
  const lost = system.loses?.(killed) ?? 0;
  const recoveredAfterMs = served < 0.95 ? null : lost > 0 ? 3000 : 0;
  return {
    variant: 0,
    killed,
    attempt,
    folder: `run-${killed.join('-')}-${attempt}`,
    tookMs: 1,
    invalid: [],
    impact: { ...BEFORE, recoveredAfterMs, lost },
    servedAtEnd: served,
    missed: [],
    sentBytesPerSecond: system.sends?.(killed) ?? {},
    ...(system.hosts && { hosts: system.hosts }),
  };
}

function topology({ nodes, ownUsersShare = 0 }: System): TopologyNode[] {
  return nodes.map((node) => ({ node, group: node.replace(/-\d+$/, ''), role: 'server', ownUsersShare }));
}

/** Runs what is asked for until nothing is; the order in which it was. */
function study(
  system: System,
  mostPairs = 10,
  run: (system: System, killed: readonly string[], attempt: 1 | 2) => TrialResult = trialOf,
): TrialResult[] {
  const nodes = topology(system);
  const done: TrialResult[] = [];
  for (let turn = 0; turn < 100; turn++) {
    const [next] = nextTrials(nodes, done, { mostPairs });
    if (next === undefined) return done;
    const { attempt: _, ...asked } = next;
    done.push({ ...run(system, next.killed, next.attempt), ...asked });
  }
  throw new Error('the study does not end');
}

/** Two servers behind a balancer, with one database. */
const balanced: System = {
  nodes: ['database-1', 'servers-1', 'servers-2', 'balancer-1'],
  serves: (dead) => {
    const servers = ['servers-1', 'servers-2'].filter((node) => !dead.includes(node)).length;
    return dead.includes('database-1') || dead.includes('balancer-1') || servers === 0 ? 0 : 1;
  },
  loses: (dead) => (dead.length > 0 ? 12 : 0),
  sends: (dead) => {
    const servers = ['servers-1', 'servers-2'].filter((node) => !dead.includes(node));
    return {
      'database-1': 500,
      'balancer-1': 900,
      ...Object.fromEntries(servers.map((node) => [node, 1000 / servers.length])),
    };
  },
};

describe('two servers behind a balancer, with one database', () => {
  const done = study(balanced);
  const { losses, unsteady } = conclude(topology(balanced), done);
  const outcomes = Object.fromEntries(
    losses.map(({ killed, outcome }) => [killed.map(({ node }) => node).join(' '), outcome]),
  );

  it('has the control run first, then every node once, what looks lasting again, and then the pair that stands in', () => {
    expect(done.map(({ killed, attempt }) => [killed.join(' '), attempt])).toEqual([
      ['', 1],
      ['database-1', 1],
      ['servers-1', 1],
      ['servers-2', 1],
      ['balancer-1', 1],
      ['database-1', 2],
      ['balancer-1', 2],
      ['servers-1 servers-2', 1],
      ['servers-1 servers-2', 2],
    ]);
  });

  it('has its database and its balancer as single points of failure, and the servers together', () => {
    expect(unsteady).toEqual([]);
    expect(outcomes).toEqual({
      'database-1': 'not-recovered',
      'balancer-1': 'not-recovered',
      'servers-1 servers-2': 'not-recovered',
      'servers-1': 'recovered',
      'servers-2': 'recovered',
    });
  });

  it('asks for no pair where none is wanted', () => {
    expect(study(balanced, 0).some(({ killed }) => killed.length > 1)).toBe(false);
  });
});

it('is unharmed where nobody noticed, and pairs are those of nodes that were seen to send more', () => {
  const system: System = {
    nodes: ['peers-1', 'peers-2', 'peers-3'],
    serves: () => 1,
    // The third takes over from the first, and nobody from the others.
    sends: (dead) => ({ 'peers-1': 100, 'peers-2': 100, 'peers-3': dead.includes('peers-1') ? 160 : 100 }),
  };
  const done = study(system);
  expect(conclude(topology(system), done).losses.map(({ outcome }) => outcome)).toEqual(
    Array(4).fill('unharmed'),
  );
  expect(pairsOf(topology(system), done)).toEqual([['peers-1', 'peers-3']]);
});

it('says own-users where only those go away who sat at the node itself', () => {
  const system: System = {
    nodes: ['peers-1', 'peers-2', 'peers-3', 'peers-4'],
    serves: (dead) => 1 - 0.25 * dead.length,
    ownUsersShare: 0.25,
  };
  const outcomes = (of: System) => conclude(topology(of), study(of, 0)).losses.map(({ outcome }) => outcome);
  expect(outcomes(system)).toEqual(Array(4).fill('own-users'));
  // One more than its own quarter is another's loss.
  expect(outcomes({ ...system, serves: (dead) => 1 - 0.5 * dead.length })).toEqual(
    Array(4).fill('not-recovered'),
  );
  expect(outcomes({ ...system, ownUsersShare: 0 })).toEqual(Array(4).fill('not-recovered'));
});

it('names no single point of failure by one run alone: what a second run denies is doubtful', () => {
  const flaky = (system: System, killed: readonly string[], attempt: 1 | 2) => {
    const trial = trialOf(system, killed, attempt);
    return attempt === 1 || trial.impact === null
      ? trial
      : { ...trial, impact: { ...trial.impact, recoveredAfterMs: 4000 }, servedAtEnd: 1 };
  };
  const done = study({ ...balanced, nodes: ['database-1'] }, 0, flaky);
  const [loss] = conclude(topology({ ...balanced, nodes: ['database-1'] }), done).losses;
  expect(loss).toMatchObject({ outcome: 'doubtful', runs: ['run-database-1-1', 'run-database-1-2'] });
});

test('a loss that could not be believed is tried once more, and is not valid where that is no better', () => {
  const broken = (system: System, killed: readonly string[], attempt: 1 | 2) => {
    const trial = trialOf(system, killed, attempt);
    return killed.includes('servers-1') ? { ...trial, invalid: ['The host was full.'], impact: null } : trial;
  };
  const done = study(balanced, 10, broken);
  expect(done.filter(({ killed }) => killed.join() === 'servers-1')).toHaveLength(2);
  const loss = conclude(topology(balanced), done).losses.find(
    ({ killed }) => killed[0]?.node === 'servers-1',
  );
  expect(loss).toMatchObject({
    outcome: 'invalid',
    impact: null,
    invalid: ['The host was full.', 'The host was full.'],
  });
});

test('where users are not served steadily without any kill, a second control run is all that is tried', () => {
  const shaky: System = { ...balanced, loses: () => 5 };
  const done = study(shaky);
  expect(done.map(({ killed, attempt }) => [killed.length, attempt])).toEqual([
    [0, 1],
    [0, 2],
  ]);
  expect(conclude(topology(shaky), done)).toMatchObject({
    losses: [],
    unsteady: [expect.stringContaining('no node was killed')],
  });
});

test('the worst stands first: what lasts, by what is served in the end, then what was lost', () => {
  const system: System = {
    nodes: ['a-1', 'b-1', 'c-1', 'd-1'],
    serves: (dead) => ({ 'a-1': 1, 'b-1': 0.5, 'c-1': 0, 'd-1': 1 })[dead[0] ?? ''] ?? 1,
    loses: (dead) => ({ 'a-1': 3, 'd-1': 30 })[dead[0] ?? ''] ?? 0,
  };
  const order = conclude(topology(system), study(system, 0)).losses.map(({ killed }) => killed[0]?.node);
  expect(order).toEqual(['c-1', 'b-1', 'd-1', 'a-1']);
});

test('only objectives that the control run held are a cost of the loss', () => {
  const done = [
    { ...trialOf(balanced, []), missed: ['p95 latency'] },
    { ...trialOf(balanced, ['servers-1']), missed: ['p95 latency', 'records lost'] },
  ];
  expect(conclude(topology(balanced), done).losses).toMatchObject([{ missed: ['records lost'] }]);
});

test.each<[what: string, second: Partial<TrialResult> | null]>([
  ['is still to come', null],
  ['could not be believed', { invalid: ['The host was full.'] }],
])('a loss is doubtful where its second run %s', (_, second) => {
  const first = trialOf(balanced, ['database-1']);
  const again = { ...trialOf(balanced, ['database-1'], 2), ...second };
  const done = [trialOf(balanced, []), first, ...(second === null ? [] : [again])];
  expect(conclude(topology(balanced), done).losses).toMatchObject([{ outcome: 'doubtful' }]);
});

describe('on several hosts', () => {
  const spread: System = {
    ...balanced,
    hosts: { 'database-1': 'box2', 'servers-1': 'box2', 'servers-2': 'box10', 'balancer-1': 'box10' },
  };
  const redundant: System = {
    nodes: ['a-1', 'a-2', 'a-3'],
    serves: (dead) => (dead.length > 1 ? 0 : 1),
    hosts: { 'a-1': 'box1', 'a-2': 'box2', 'a-3': 'box2' },
  };
  const outcomesOf = (system: System, done: readonly TrialResult[]) =>
    conclude(topology(system), done).losses.map(({ host, killed, outcome }) => [
      host ?? null,
      killed.map(({ node }) => node).join(' '),
      outcome,
    ]);

  it('each that nodes are on is lost once after the nodes, and again where that looks lasting, before pairs', () => {
    const done = study(spread);
    expect(done.map(({ host, killed, attempt }) => [host ?? killed.join(' '), attempt])).toEqual([
      ['', 1],
      ['database-1', 1],
      ['servers-1', 1],
      ['servers-2', 1],
      ['balancer-1', 1],
      ['box2', 1],
      ['box10', 1],
      ['database-1', 2],
      ['balancer-1', 2],
      ['box2', 2],
      ['box10', 2],
      ['servers-1 servers-2', 1],
      ['servers-1 servers-2', 2],
    ]);
  });

  it('a host is a single point of failure of its own, and not one of the nodes on it', () => {
    expect(outcomesOf(redundant, study(redundant, 0))).toEqual([
      ['box2', 'a-2 a-3', 'not-recovered'],
      [null, 'a-1', 'unharmed'],
      [null, 'a-2', 'unharmed'],
      [null, 'a-3', 'unharmed'],
      ['box1', 'a-1', 'unharmed'],
    ]);
  });

  it('none is lost where only some groups are studied', () => {
    const done = [trialOf(redundant, [])];
    const next = nextTrials(topology(redundant), done, { mostPairs: 0, ofHosts: false });
    expect(next.map(({ killed, host }) => [killed.join(' '), host])).toEqual([
      ['a-1', undefined],
      ['a-2', undefined],
      ['a-3', undefined],
    ]);
  });

  it('a lost host whose nodes nobody knows is no control run', () => {
    const lost = { ...trialOf(redundant, []), host: 'box1' };
    expect(conclude(topology(redundant), [lost])).toMatchObject({
      control: undefined,
      losses: [{ host: 'box1' }],
    });
  });
});
