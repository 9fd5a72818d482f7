// An image that a command needs on the engine, and on which terms it is got there.

import type { Build } from '../scenario/groups/group.ts';

/** When a registry is asked: for every command, only for an image that the engine lacks, or not at all. */
export type PullPolicy = 'always' | 'missing' | 'never';

export interface WantedImage {
  readonly ref: string;
  /** Left out: `missing`. */
  readonly pull?: PullPolicy | undefined;
  /** `linux/arm64`. Left out: that of the engine. */
  readonly platform?: string | undefined;
  /** Left out: it is not built from a folder of somebody's own. */
  readonly build?: Build | undefined;
}

/** Where the variant is left out, Docker takes these. */
const usualVariants: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' };

/** Whether two names stand for one platform: `linux/arm64` and `linux/arm64/v8` do. */
export function isSamePlatform(one: string, other: string): boolean {
  return wholePlatform(one) === wholePlatform(other);
}

function wholePlatform(platform: string): string {
  const [os, architecture = '', variant = usualVariants[architecture]] = platform.split('/');
  return [os, architecture, variant].join('/');
}

/** How images name what kernels call these architectures, none of which runs programs of another. */
const exclusive: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** Whether programs of a platform run on a machine by emulation at most. False where that is not known. */
export function isForeignTo(machine: string, platform: string): boolean {
  const known = Object.values(exclusive);
  const [, architecture = ''] = platform.split('/');
  const own = exclusive[machine] ?? machine;
  return known.includes(own) && known.includes(architecture) && own !== architecture;
}
