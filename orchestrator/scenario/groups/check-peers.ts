// Clients and peers held against servers and trackers: who asks whom, and how they find each other.
import type { Entry } from '../text/entry.ts';
import type { WrittenGroups } from './written-groups.ts';
import { checkGroupName } from './check-group-name.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import type { CheckedClient, CheckedPeer, CheckedServer } from './group-schema.ts';
import { isForeign } from './default-image.ts';
import { discoveryOf, seedersOf, servicesOf, trackerOf } from './resolve-group.ts';

export function checkClient(
  { path, value: group }: Entry<CheckedClient>,
  written: WrittenGroups,
  report: Report,
): void {
  checkGroupName(group.asks, ['server', 'balancer'], [...path, 'asks'], written, report);
  if (!group.helps) {
    if (group.tracker !== undefined)
      report([...path, 'tracker'], 'belongs to `helps: true`; write that too, or leave this out', 'key');
    return;
  }
  checkTracker(group, path, written, report);
  const servers = serversAsked(group, written);
  if (servers === undefined) return;
  const tracker = trackerOf(group, written);
  if (isForeign(servers.value)) {
    const message = `needs servers of Topolab's own, but "${servers.name}" has an image; leave out \`helps\``;
    report([...path, 'helps'], message);
  } else if (servers.value.tracker === undefined) {
    const advice = `write \`tracker: ${tracker ?? 'NAME'}\` in group "${servers.name}"`;
    report([...path, 'helps'], `needs servers that make torrents of their files; ${advice}`);
  } else if (tracker !== undefined && servers.value.tracker !== tracker) {
    const message = `"${servers.name}" uses tracker "${servers.value.tracker}"; write the same for both`;
    report([...path, 'tracker'], message);
  }
}

function serversAsked(
  { asks }: CheckedClient,
  { groups }: WrittenGroups,
): { name: string; value: CheckedServer } | undefined {
  const asked = groups.find(({ name }) => name === asks)?.value;
  const name = asked?.role === 'balancer' ? asked.balances : asks;
  const value = groups.find((entry) => entry.name === name)?.value;
  return value?.role === 'server' ? { name, value } : undefined;
}

export function checkPeer(
  { path, value: group }: Entry<CheckedPeer>,
  written: WrittenGroups,
  report: Report,
): void {
  if (discoveryOf(group, written) === 'directory') checkTracker(group, path, written, report);
  else if (group.tracker !== undefined)
    report([...path, 'tracker'], 'belongs to `discovery: directory`; write that, or leave this out', 'key');

  const seeders = seedersOf(group);
  const files = Object.keys(group.files).length;
  if (seeders > group.replicas)
    report([...path, 'seeders'], `is more than the ${group.replicas} nodes; write ${group.replicas} or less`);
  if (seeders > 0 && files === 0)
    report([...path, 'seeders'], 'there are no files to seed; write `files` too, or leave this out');
  const services = servicesOf(group);
  if (services.includes('files') && files === 0)
    report([...path, 'services'], 'has files, but none are declared; write `files: { NAME: SIZE }`');
  if (services.length > 0 && !services.includes('files') && files > 0)
    report([...path, 'services'], 'has no files, but some are declared; add files, or leave out `files`');
  if (services.length === 0)
    report([...path, 'services'], 'is empty; write at least one of files, events, records');
  if (new Set(services).size < services.length)
    report([...path, 'services'], 'has one of them twice; write each once');
}

/** The tracker that is written, or that there is just one. */
function checkTracker(
  group: CheckedClient | CheckedPeer,
  path: ProblemPath,
  written: WrittenGroups,
  report: Report,
): void {
  if (group.tracker !== undefined) {
    checkGroupName(group.tracker, ['tracker'], [...path, 'tracker'], written, report);
    return;
  }
  // A group that could not be read may be the tracker.
  if (trackerOf(group, written) !== undefined || written.groups.length < written.known.groups.length) return;
  const trackers = written.groups.filter(({ value }) => value.role === 'tracker').map(({ name }) => name);
  const advice =
    trackers.length > 0
      ? `write \`tracker\`: ${trackers.join(' or ')}`
      : 'write a group with `role: tracker`';
  const key = group.role === 'client' ? 'helps' : 'discovery';
  report([...path, key], `needs a tracker${trackers.length > 0 ? ', and there are several' : ''}; ${advice}`);
}
