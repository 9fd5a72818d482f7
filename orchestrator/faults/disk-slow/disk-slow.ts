// A node whose disk is slow: a worn one, one that others use, a volume that has used up its share.
import { z } from 'zod';
import { isOwnProgram } from '../../scenario/groups/role-of.ts';
import { writeByteRate } from '../../scenario/text/units.ts';
import { byteRate } from '../../scenario/text/quantities.ts';
import type { Aspect } from '../kind/aspect.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { groupsHit } from '../targets/groups-hit.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';
import {
  type DiskRates,
  LOOK_AT_LIMITS,
  parseLimits,
  throttleNeeds,
  throttleScript,
} from './throttle-script.ts';

export interface DiskSlow extends FaultCommon {
  readonly kind: 'disk-slow';
  readonly rates: DiskRates;
}

const diskSlowSchema = z
  .strictObject({
    ...targetFields(),
    read: byteRate('4MiB/s')
      .optional()
      .describe('Bytes per second that are read from a disk at most, 1kB/s to 16TiB/s. Default: as before.'),
    write: byteRate('1MiB/s')
      .optional()
      .describe('Bytes per second that are written to a disk at most, 1kB/s to 16TiB/s. Default: as before.'),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .superRefine(({ read, write }, context) => {
    if (read === undefined && write === undefined)
      context.addIssue({
        code: 'custom',
        path: ['write'],
        message: 'is missing; write `write`, `read` or both',
      });
  })
  .meta({
    id: 'disk-slow',
    title: 'Disk slow',
    description:
      'Slow down reading from the disks of nodes and writing to them. It needs a host with version 2 of control groups; elsewhere, use `stress` with `io`, which competes for the disk.',
  });

type WrittenDiskSlow = z.output<typeof diskSlowSchema>;

const asBefore: DiskRates = { read: null, write: null };

/** A program that reads much as it starts might not get ready in time, so that one that joins is slowed once it is. */
const diskAspect: Aspect<DiskRates> = {
  name: 'disk',
  fresh: asBefore,
  from: 'ready',
  entersNetwork: true,
  writesControlGroups: true,
  ofGroup: () => asBefore,
  apply: (host, node, wanted) => host.inNetwork(node, throttleScript(wanted), 'slow the disk'),
  async look(host, node, wanted) {
    const limits = [...parseLimits(await host.lookInNetwork(node, LOOK_AT_LIMITS))];
    const isSo = limits.every(([, { read, write }]) => read === wanted.read && write === wanted.write);
    const saw = limits.map(([disk, rates]) => `disk ${disk} ${sayRates(rates)}`).join(', ');
    return { isSo: isSo && limits.length > 0, saw: saw === '' ? 'no disk was found' : saw };
  },
};

/** `reads 4MiB/s and writes 1MiB/s at most`. */
function sayRates({ read, write }: DiskRates): string {
  const parts = [
    read === null ? '' : `reads ${writeByteRate(read)}`,
    write === null ? '' : `writes ${writeByteRate(write)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'is not held back' : `${parts.join(' and ')} at most`;
}

function slower(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

export const diskSlow = {
  schema: diskSlowSchema,
  about: 'Slow down reading from the disks of nodes and writing to them.',
  noun: 'slow disk',
  done: 'slow at their disks',
  seenBy: 'the limits that the kernel keeps for the disks of the node',
  effect: {
    kind: 'lasting',
    aspect: diskAspect,
    put: (state, { rates }) => ({
      read: slower(state.read, rates.read),
      write: slower(state.write, rates.write),
    }),
  },
  check(written, path, groups, report) {
    checkTarget(written, path, groups, report);
    const diskless = groupsHit(written, groups).find(({ value }) => isOwnProgram(value));
    if (diskless === undefined) return;
    const message = `needs a disk, and nodes of "${diskless.name}" have none: Topolab's own programs can write to memory only; name another group`;
    report(path, message, 'key');
  },
  resolve: ({ read = null, write = null, ...written }, groups): DiskSlow => ({
    kind: 'disk-slow',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    rates: { read, write },
  }),
  needs: throttleNeeds,
  shapes: () => false,
  summarize: ({ target, rates }) => `slow the disk of ${describeTarget(target)}: it ${sayRates(rates)}`,
} satisfies FaultKind<WrittenDiskSlow, DiskSlow, DiskRates>;
