// A link as written → rates in bytes per second, times in milliseconds.
import type { CheckedLink } from './link-schema.ts';
import type { Link } from './group-common.ts';
/** A link that shapes nothing. */
export const UNSHAPED: Link = {
  uplinkBytesPerSecond: null,
  downlinkBytesPerSecond: null,
  loss: 0,
  delayMs: 0,
  jitterMs: 0,
};

export function resolveLink(written: CheckedLink | undefined): Link | null {
  return written === undefined ? null : { ...UNSHAPED, ...resolveLinkChange(written) };
}

/** Only what is written. */
export function resolveLinkChange({ uplink, downlink, loss, delay, jitter }: CheckedLink): Partial<Link> {
  return {
    ...(uplink === undefined ? {} : { uplinkBytesPerSecond: uplink }),
    ...(downlink === undefined ? {} : { downlinkBytesPerSecond: downlink }),
    ...(loss === undefined ? {} : { loss }),
    ...(delay === undefined ? {} : { delayMs: delay }),
    ...(jitter === undefined ? {} : { jitterMs: jitter }),
  };
}
