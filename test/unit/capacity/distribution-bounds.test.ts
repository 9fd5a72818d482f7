import { describe, expect, test } from 'vitest';
import {
  distributionBound,
  distributionLinks,
  type DistributionLinks,
  whyIncomparable,
} from '../../../orchestrator/distribution/distribution-bounds.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../run/make-run.ts';
import { makePeerScenario } from '../../fixtures/make-peer-run.ts';

const MiB = 2 ** 20;

/** 128 MiB to 8 receivers; 8 MiB/s uplinks. */
const links = (changes: Partial<DistributionLinks>): DistributionLinks => ({
  topology: 'peer-to-peer',
  fileBytes: 128 * MiB,
  receivers: 8,
  sourceBytesPerSecond: 8 * MiB,
  helpBytesPerSecond: 8 * 8 * MiB,
  slowestDownlinkBytesPerSecond: null,
  ...changes,
});

describe('the least time to distribute a file', () => {
  test.each([
    ['client-server: N·F / u_s', { topology: 'client-server', helpBytesPerSecond: 0 }, 128, 'source uplink'],
    ['peer-to-peer: F / u_s', {}, 16, 'source uplink'],
    ['hybrid as peer-to-peer', { topology: 'hybrid' }, 16, 'source uplink'],
    [
      'peer-to-peer with slow helpers: N·F / (u_s + Σ u_i)',
      { helpBytesPerSecond: 8 * MiB },
      64,
      'all uplinks together',
    ],
    ['any, with a slow downlink: F / d_min', { slowestDownlinkBytesPerSecond: MiB }, 128, 'slowest downlink'],
    [
      'client-server with an unlimited server: F / d_min',
      { topology: 'client-server', sourceBytesPerSecond: null, slowestDownlinkBytesPerSecond: 2 * MiB },
      64,
      'slowest downlink',
    ],
  ] as const)('%s', (_, changes, seconds, limit) => {
    expect(distributionBound(links(changes))).toEqual({ seconds, limit });
  });

  test('nothing bounds it where no link is limited', () => {
    expect(distributionBound(links({ sourceBytesPerSecond: null, helpBytesPerSecond: null }))).toBeNull();
  });

  test('more receivers never take less, and helpers never make it longer', () => {
    for (let receivers = 1; receivers < 60; receivers++) {
      const help = receivers * 3 * MiB;
      const alone = distributionBound(links({ topology: 'client-server', receivers }))?.seconds ?? 0;
      const helped = distributionBound(links({ receivers, helpBytesPerSecond: help }))?.seconds ?? 0;
      const more =
        distributionBound(links({ receivers: receivers + 1, helpBytesPerSecond: help + 3 * MiB }))?.seconds ??
        0;
      expect(helped).toBeLessThanOrEqual(alone);
      expect(more).toBeGreaterThanOrEqual(helped);
    }
  });
});

describe('the links of a scenario', () => {
  test.each([
    ['client-server', { receivers: 8, sourceBytesPerSecond: 8 * MiB, helpBytesPerSecond: 0 }],
    ['peer-to-peer', { receivers: 8, sourceBytesPerSecond: 8 * MiB, helpBytesPerSecond: 64 * MiB }],
    ['hybrid', { receivers: 8, sourceBytesPerSecond: 8 * MiB, helpBytesPerSecond: 64 * MiB }],
  ] as const)('of %s are those of whoever has the files, and of whoever wants them', (topology, expected) => {
    const found = distributionLinks(makePeerScenario({ topology, nodes: 8 }));
    expect(found).toMatchObject({ topology, fileBytes: 64 * MiB, ...expected });
  });

  test('without anybody who fetches files there is nothing to distribute', () => {
    expect(distributionLinks({ groups: [] })).toBeNull();
  });
});

describe('a measured time', () => {
  const nodes = {
    role: 'peer',
    replicas: 4,
    seeders: 1,
    files: { film: '1MiB' },
    link: { uplink: '1MiB/s' },
  } as const;
  const fetch = { script: 'x.ts', target: 'nodes', model: 'each-node', maxDuration: '60s' } as const;
  const groups = { directory: { role: 'tracker' }, nodes } as const;

  test.each<[string, Partial<ScenarioInput>, string | null]>([
    ['may be held against the bound where all want one file at once', {}, null],
    ['may be where only the tracker dies', { timeline: [{ at: '1s', kill: { rule: 'tracker' } }] }, null],
    [
      'may not be where a node dies',
      { timeline: [{ at: '1s', kill: { group: 'nodes', rule: 'newest' } }] },
      'nodes or their links changed on the way',
    ],
    [
      'may not be where a link changes',
      { timeline: [{ at: '1s', link: { group: 'nodes', uplink: '2MiB/s' } }] },
      'nodes or their links changed on the way',
    ],
    [
      'may not be where there are two files',
      { groups: { ...groups, nodes: { ...nodes, files: { film: '1MiB', song: '1MiB' } } } },
      'there is more than one file, and nodes tell the mean time of theirs',
    ],
    [
      'may not be where users come one by one',
      {
        load: {
          fetch: {
            script: 'x.ts',
            target: 'nodes',
            model: 'closed',
            stages: [{ duration: '9s', virtualUsers: 1 }],
          },
        },
      },
      'users did not ask for the file all at once',
    ],
  ])('%s', (_, parts, why) => {
    const scenario = scenarioOf({ groups, load: { fetch }, ...parts });
    expect(whyIncomparable(scenario, makePlan(scenario))).toBe(why);
  });
});
