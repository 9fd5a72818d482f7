// A link in words.
import type { Link } from '../../scenario/groups/group.ts';
import { writeByteRate, writeDuration } from '../../scenario/text/units.ts';

/** `uplink 8MiB/s, loss 1%, delay 20ms ± 5ms`. */
export function describeLink(link: Link | null): string {
  if (link === null) return 'not shaped';
  const { uplinkBytesPerSecond: uplink, downlinkBytesPerSecond: downlink, loss, delayMs, jitterMs } = link;
  const jitter = jitterMs > 0 ? ` ± ${writeDuration(jitterMs)}` : '';
  const parts = [
    uplink === null ? '' : `uplink ${writeByteRate(uplink)}`,
    downlink === null ? '' : `downlink ${writeByteRate(downlink)}`,
    loss > 0 ? `loss ${Math.round(loss * 1e4) / 100}%` : '',
    delayMs > 0 ? `delay ${writeDuration(delayMs)}${jitter}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'not shaped' : parts.join(', ');
}
