// A node whose disk is full: whatever it writes fails with "no space left on device". Only a disk of the node's own is filled, never its host's.
import { z } from 'zod';
import { hasDisk } from '../../scenario/groups/disk-of.ts';
import { writeSize } from '../../scenario/text/units.ts';
import { size } from '../../scenario/text/quantities.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import type { Pressure } from '../pressure/pressure.ts';
import { pressureAspect } from '../stress/pressure-aspect.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { groupsHit } from '../targets/groups-hit.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

export interface DiskFull extends FaultCommon {
  readonly kind: 'disk-full';
  /** What stays free. */
  readonly leaveBytes: number;
}

const diskFullSchema = z
  .strictObject({
    ...targetFields(),
    leave: size('1MiB')
      .prefault('0B')
      .describe('How much stays free. What the node deletes meanwhile is taken as well.'),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .meta({
    id: 'disk-full',
    title: 'Disk full',
    description:
      "Fill the disks of nodes. Groups need a `disk` for it; Topolab's own peers and helping clients have one for their files. The disk of the host is never filled.",
  });

export const diskFull = {
  schema: diskFullSchema,
  about: 'Fill the disks of nodes.',
  noun: 'full disk',
  done: 'without space on their disks',
  seenBy: 'the space that the node itself finds on its disk',
  effect: {
    kind: 'lasting',
    aspect: pressureAspect,
    put: (state, { leaveBytes }) => [...state, { kind: 'full', leaveBytes }],
  },
  check(written, path, groups, report) {
    checkTarget(written, path, groups, report);
    const hit = groupsHit(written, groups);
    for (const { name, value } of hit) {
      if (value.disk === undefined || written.leave < value.disk.size) continue;
      const left = `leaves nodes of "${name}" all of their ${writeSize(value.disk.size)}; write less than that`;
      return report([...path, 'leave'], left);
    }
    const diskless = hit.find(({ value }) => !hasDisk(value));
    if (diskless === undefined) return;
    const message = `nodes of "${diskless.name}" have no disk of their own, and the host's is not filled; give the group a \`disk\`, for example { path: /data, size: 64MiB }`;
    report(path, message);
  },
  resolve: (written, groups): DiskFull => ({
    kind: 'disk-full',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    leaveBytes: written.leave,
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target, leaveBytes }) =>
    `fill the disk of ${describeTarget(target)}${leaveBytes === 0 ? '' : `, all but ${writeSize(leaveBytes)}`}`,
} satisfies FaultKind<z.output<typeof diskFullSchema>, DiskFull, Pressure>;
