// What people write under `disk` of a group.
import { z } from 'zod';
import { containerFolder } from '../text/paths.ts';
import { size } from '../text/quantities.ts';

/** What a database of our own takes to begin with is some 40 MiB. */
const LEAST_DISK_BYTES = 1024 * 1024;

/** It is empty at the start: nothing of what the image has there is seen any more. */
const OF_THE_IMAGE = [
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/usr/local',
  '/etc',
];

export const diskSchema = z
  .strictObject({
    path: containerFolder()
      .refine((path) => !OF_THE_IMAGE.includes(path), {
        error: 'holds programs or settings of the image, which the disk would hide; write a folder for data',
      })
      .describe('The folder of the node where it is, such as the one of a database.'),
    size: size('256MiB')
      .refine((bytes) => bytes >= LEAST_DISK_BYTES, { error: 'is too small; write 1MiB or more' })
      .describe('What fits in, 1MiB or more.'),
  })
  .meta({
    id: 'disk',
    title: 'Disk',
    description:
      "A disk of each node's own, of a bounded size, for what it writes. It lies in memory (tmpfs), is empty at the start, and goes with the node; what is on it counts as the node's memory, and its size is added to the limit.",
  });
