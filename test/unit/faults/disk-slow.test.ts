// Nodes whose disks are slow: what is written to their control groups, what is found there, and where it is refused.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import {
  CONTROL_GROUPS,
  LOOK_AT_LIMITS,
  parseLimits,
  throttleNeeds,
  throttleScript,
} from '../../../orchestrator/faults/disk-slow/throttle-script.ts';
import { wantedState } from '../../../orchestrator/faults/in-force.ts';
import type { FaultHost } from '../../../orchestrator/faults/kind/fault-host.ts';
import { kindOf } from '../../../orchestrator/faults/registry.ts';
import { requireKernel } from '../../../orchestrator/net-admin/kernel-trials.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { renderPlan } from '../../../orchestrator/plan/render-plan.ts';
import { idleFaultHost } from '../../fixtures/idle-fault-host.ts';
import { scenarioOf } from '../run/make-run.ts';
import { problemsIn, type Timeline } from './problems-in.ts';

const groups = {
  database: { role: 'store' },
  servers: { role: 'server' },
} as const;

/** The side of the database that these faults change, and its scripts. */
function diskOf(...timeline: Timeline) {
  const { actions } = makePlan(scenarioOf({ groups, timeline }));
  const inForce = actions.flatMap(({ change }) => (change.kind === 'fault' ? [change] : []));
  const [first] = inForce;
  if (first === undefined) throw new Error('no fault');
  const { effect } = kindOf(first.fault);
  if (effect.kind !== 'lasting') throw new Error('not lasting');
  const { aspect } = effect;
  const node = { group: 'database', node: 'database-1' };
  return { aspect, wanted: wantedState(aspect, { link: null, distances: [] }, inForce, node) };
}

test.each<[string, Timeline, string]>([
  [
    'what is written',
    [{ at: '1s', 'disk-slow': { group: 'database', write: '1MiB/s' } }],
    'rbps=max wbps=1048576',
  ],
  [
    'both ways, each by the slowest of several faults',
    [
      { at: '1s', 'disk-slow': { group: 'database', read: '4MiB/s', write: '2MiB/s' } },
      { at: '2s', 'disk-slow': { group: 'database', write: '1MiB/s' } },
      { at: '3s', 'disk-slow': { group: 'database', read: '8MiB/s' } },
    ],
    'rbps=4194304 wbps=1048576',
  ],
])('holds back %s', async (_, timeline, limits) => {
  const { aspect, wanted } = diskOf(...timeline);
  let script = '';
  const host: FaultHost = { ...idleFaultHost, inNetwork: async (__, text) => void (script = text) };
  await aspect.apply(host, 'database-1', wanted, undefined);
  expect(script).toContain(`echo "$disk ${limits}" >`);
  await aspect.apply(host, 'database-1', aspect.fresh, wanted);
  expect(script).toContain('echo "$disk rbps=max wbps=max" >');
});

describe('what is seen', () => {
  const { aspect, wanted } = diskOf({ at: '1s', 'disk-slow': { group: 'database', write: '1MiB/s' } });
  const look = (output: string | undefined, state = wanted) =>
    aspect.look({ ...idleFaultHost, lookInNetwork: async () => output }, 'database-1', state, aspect.fresh);
  const held = '8:0 rbps=max wbps=1048576 riops=max wiops=max';

  test.each<[string, string | undefined, boolean, string]>([
    ['the limit of its only disk', held, true, 'disk 8:0 writes 1MiB/s at most'],
    [
      'a disk without it',
      `${held} 8:16 rbps=max wbps=max`,
      false,
      'disk 8:0 writes 1MiB/s at most, disk 8:16 is not held back',
    ],
    ['another limit', '8:0 rbps=max wbps=2097152', false, 'disk 8:0 writes 2MiB/s at most'],
    ['no disk', '', false, 'no disk was found'],
    ['a node that has gone', undefined, false, 'no disk was found'],
  ])('of the fault: %s', async (_, output, isSo, saw) => {
    expect(await look(output)).toEqual({ isSo, saw });
  });

  it('of its end: no limit on any disk', async () => {
    expect(await look('8:0 rbps=max wbps=max', aspect.fresh)).toMatchObject({ isSo: true });
    expect(await look(held, aspect.fresh)).toMatchObject({ isSo: false });
  });
});

/** The scripts themselves, by a shell, on folders that look like those of the kernel. */
describe('the scripts', () => {
  const host = mkdtempSync(join(tmpdir(), 'topolab-disk-slow-'));
  const group = join(host, 'cgroup/system.slice/docker-1.scope');
  const block = join(host, 'block');
  for (const folder of [group, join(host, 'proc/7'), join(block, 'vda/vda1')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(host, 'proc/7/cgroup'), '0::/system.slice/docker-1.scope\n');
  writeFileSync(join(block, 'vda/dev'), '254:0\n');
  writeFileSync(join(block, 'vda/vda1/partition'), '1\n');
  symlinkSync('vda/vda1', join(block, '254:1'));

  const mounts = (...lines: string[]) =>
    writeFileSync(join(host, 'proc/7/mountinfo'), lines.map((line) => `${line} - ext4 x rw\n`).join(''));
  const overlay = '600 500 0:52 / / rw';
  const names = '601 600 254:1 /var/lib/docker/containers/1/hosts /etc/hosts rw';
  const run = (script: string): string => {
    const local = script
      .replaceAll(CONTROL_GROUPS, join(host, 'cgroup'))
      .replaceAll('/proc/', join(host, 'proc/'))
      .replaceAll('/sys/dev/block/', `${block}/`);
    return spawnSync('sh', ['-e', '-s', '10.0.0.2', '7'], { input: local, encoding: 'utf8' }).stdout;
  };

  it('give the whole disk its limits, once, where files lie on parts of it', () => {
    writeFileSync(join(group, 'io.max'), '');
    mounts(overlay, names, names.replace('hosts', 'resolv.conf'));
    run(throttleScript({ read: null, write: 1_048_576 }));
    expect(readFileSync(join(group, 'io.max'), 'utf8')).toBe('254:0 rbps=max wbps=1048576\n');
    expect(parseLimits(run(LOOK_AT_LIMITS))).toEqual(new Map([['254:0', { read: null, write: 1_048_576 }]]));
    writeFileSync(join(group, 'io.max'), '');
    expect(parseLimits(run(LOOK_AT_LIMITS))).toEqual(new Map([['254:0', { read: null, write: null }]]));
  });

  it('say why where there is nothing to slow', () => {
    mounts(overlay);
    expect(run(throttleScript({ read: 1, write: 1 }))).toBe('it has nothing on a disk that can be slowed\n');
    rmSync(join(group, 'io.max'));
    mounts(overlay, names);
    expect(run(throttleScript({ read: 1, write: 1 }))).toBe(
      'its control group has no limits for disks (io.max)\n',
    );
    expect(existsSync(join(group, 'io.max'))).toBe(false);
  });
});

describe('a host without it', () => {
  const scenario = scenarioOf({
    groups,
    timeline: [{ at: '1s', 'disk-slow': { group: 'database', write: '1MiB/s' } }],
  });

  it('is refused by name before the launch, with what to do instead', () => {
    const [need] = throttleNeeds();
    if (need === undefined) throw new Error('it needs nothing');
    const placed = [{ ...need, where: 'timeline[0] (group database)' }];
    expect(() => requireKernel(placed, () => false)).not.toThrow();
    expect(() => requireKernel(placed, () => true)).toThrow(
      expect.objectContaining({
        code: 'kernel-lacks',
        message: expect.stringContaining(
          'lacks limits for the disks of control groups (io.max, version 2), needed for disk-slow',
        ),
        hint: expect.stringMatching(/^Leave disk-slow out there\. .*`stress` with `io`/),
      }),
    );
  });

  it('is told of by the plan', () => {
    expect(renderPlan(makePlan(scenario))).toContain(
      'disk-slow of timeline[0] (group database): limits for the disks of control groups (io.max, version 2)',
    );
  });
});

test.each<[string, Timeline, string, RegExp]>([
  [
    'neither way',
    [{ at: '1s', 'disk-slow': { group: 'database' } }],
    'timeline.0.disk-slow.write',
    /write `write`, `read` or both/,
  ],
  [
    'no disk',
    [{ at: '1s', 'disk-slow': { group: 'servers', write: '1MiB/s' } }],
    'timeline.0.disk-slow',
    /nodes of "servers" have none/,
  ],
])('is refused with %s', (_, timeline, path, message) => {
  expect(problemsIn(groups, timeline)).toEqual([
    expect.objectContaining({ place: path, message: expect.stringMatching(message) }),
  ]);
});
