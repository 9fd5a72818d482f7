// A link in words.
import type { Link } from '../../scenario/groups/group.ts';
import { formatByteRate, formatDuration } from '../../scenario/text/units.ts';

/** `uplink 8MiB/s, loss 1%, delay 20ms ± 5ms`. */
export function describeLink(link: Link | null): string {
  if (link === null) return 'not shaped';
  const { uplinkBytesPerSecond: uplink, downlinkBytesPerSecond: downlink, loss, delayMs, jitterMs } = link;
  const jitter = jitterMs > 0 ? ` ± ${formatDuration(jitterMs)}` : '';
  const parts = [
    uplink === null ? '' : `uplink ${formatByteRate(uplink)}`,
    downlink === null ? '' : `downlink ${formatByteRate(downlink)}`,
    loss > 0 ? `loss ${Math.round(loss * 1e4) / 100}%` : '',
    delayMs > 0 ? `delay ${formatDuration(delayMs)}${jitter}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'not shaped' : parts.join(', ');
}
