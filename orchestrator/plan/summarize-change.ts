// One line on a change, for people: plan, live view, report.
import type { KillRule } from '../scenario/timeline/timeline.ts';
import type { Link } from '../scenario/groups/group.ts';
import { formatByteRate, formatDuration, formatSize } from '../scenario/text/units.ts';
import type { ActionChange } from './plan.ts';

const WHOM: Readonly<Record<KillRule, string>> = {
  random: 'at random',
  newest: 'the newest',
  oldest: 'the oldest',
  tracker: 'the tracker',
  'best-connected': 'the best-connected',
  seeder: 'the seeder',
};

/** `scale servers 1 → 2`, `resize servers to 0.8 CPU, 256MiB`, `peers-7 joins`, `kill 2 of peers, the newest`. */
export function summarizeChange(change: ActionChange): string {
  switch (change.kind) {
    case 'scale-out':
    case 'scale-in':
      return `scale ${change.group} ${change.from} → ${change.to}`;
    case 'resize':
      return `resize ${change.group} to ${limitsOf(change)}`;
    case 'join':
      return `${change.nodes[0]} joins`;
    case 'leave':
      return change.how === 'clean' ? `${change.nodes[0]} leaves` : `${change.nodes[0]} breaks off`;
    case 'link':
      return `link of ${change.group}: ${describeLink(change.link)}`;
    case 'kill':
      return summarizeKill(change);
  }
}

function limitsOf({ cpus, memoryBytes }: Extract<ActionChange, { kind: 'resize' }>): string {
  const limits = [cpus === null ? '' : `${cpus} CPU`, memoryBytes === null ? '' : formatSize(memoryBytes)];
  return limits.filter((limit) => limit !== '').join(', ');
}

function summarizeKill({ group, rule, count }: Extract<ActionChange, { kind: 'kill' }>): string {
  if (rule === 'tracker') return 'kill the tracker';
  return `kill ${count} of ${group ?? 'all peers'}, ${WHOM[rule]}`;
}

/** `uplink 8MiB/s, loss 1%, delay 20ms ± 5ms`. */
export function describeLink(link: Link): string {
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
