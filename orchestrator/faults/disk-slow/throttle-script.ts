// Shell scripts that slow a node's disks by the limits of its control group (io.max, version 2 only), from outside the node. The kernel holds back what the
// group's programs read and write there, what they write through the page cache included. Pure.
import type { HostNeed, KernelFeature } from '../kind/host-need.ts';

/** Where the helper has the host's control groups, on hosts with version 2 alone. */
export const CONTROL_GROUPS = '/host/cgroup';

/** Bytes per second of each disk; null = as fast as it can. */
export interface DiskRates {
  readonly read: number | null;
  readonly write: number | null;
}

const ioMax: KernelFeature = {
  name: 'limits for the disks of control groups (io.max, version 2)',
  module: '',
  trial: `[ -w ${CONTROL_GROUPS} ] && grep -qw io ${CONTROL_GROUPS}/cgroup.controllers`,
};

export function throttleNeeds(): HostNeed[] {
  return [
    {
      task: 'slow the disks',
      field: 'disk-slow',
      ways: [[ioMax]],
      advice:
        'Version 1 of control groups holds back hardly anything that is written; `stress` with `io` competes for the disk on any host.',
    },
  ];
}

/**
 * Finds the node's control group and its disks by its process id, `$2`: those on which something that it has mounted lies, its name servers' file at least, which
 * is on the disk of the engine. A partition has no limits of its own: its whole disk is meant.
 */
const FIND = `group=${CONTROL_GROUPS}$(sed -n 's/^0:://p' "/proc/$2/cgroup")
if [ ! -e "$group/io.max" ]; then echo 'its control group has no limits for disks (io.max)'; exit 1; fi
disks=$(cut -d ' ' -f 3 "/proc/$2/mountinfo" | grep -v '^0:' | sort -u | while read -r disk; do
  if [ -e "/sys/dev/block/$disk/partition" ]; then cat "/sys/dev/block/$disk/../dev"; else echo "$disk"; fi
done | sort -u)
if [ -z "$disks" ]; then echo 'it has nothing on a disk that can be slowed'; exit 1; fi`;

/** Gives all of the node's disks these limits, whatever they had. */
export function throttleScript({ read, write }: DiskRates): string {
  const limits = `rbps=${read ?? 'max'} wbps=${write ?? 'max'}`;
  return `${FIND}\nfor disk in $disks; do echo "$disk ${limits}" > "$group/io.max"; done`;
}

/** Writes the limits that each of its disks has: `8:0 rbps=max wbps=1048576 riops=max wiops=max`, or `8:0 rbps=max wbps=max` where it has none. */
export const LOOK_AT_LIMITS = `${FIND}\nfor disk in $disks; do grep "^$disk " "$group/io.max" || echo "$disk rbps=max wbps=max"; done`;

/** What `LOOK_AT_LIMITS` wrote: the limits of each disk, by its number. */
export function parseLimits(output: string | undefined): ReadonlyMap<string, DiskRates> {
  const found = (output ?? '').matchAll(/(\d+:\d+) rbps=(max|\d+) wbps=(max|\d+)/g);
  const rate = (text = 'max') => (text === 'max' ? null : Number(text));
  return new Map(
    [...found].map(([, disk = '', read, write]) => [disk, { read: rate(read), write: rate(write) }]),
  );
}
