// Who needs an invitation, held against who is served without one.
import type { Written } from './check-written.ts';
import { closedServers, serversBehind } from './groups/closed-servers.ts';
import { isForeign } from './groups/role-of.ts';
import type { Report } from './text/problem.ts';

export function checkEnrolment(
  { groups, loads, records, timeline }: Pick<Written, 'groups' | 'loads' | 'records' | 'timeline'>,
  report: Report,
): void {
  const enrolling = groups.filter(({ value }) => 'enrolment' in value && value.enrolment !== undefined);
  for (const { path, value } of enrolling) {
    const at = [...path, 'enrolment'];
    if (isForeign(value)) report(at, "only Topolab's own program has it; leave out this or `image`", 'key');
    if (value.role === 'client' && value.helps)
      report(
        at,
        'does not go with `helps`: its BitTorrent client has no credential; leave out one of them',
        'key',
      );
  }
  const asking = groups.map(({ name, value }) => ({ ...value, name }));
  const closed = closedServers(asking);
  const closedBehind = (asked: string) =>
    serversBehind(asked, asking).flatMap((servers) => closed.get(servers) ?? [])[0];
  for (const { name, path, value } of groups) {
    const clients = value.role === 'client' ? closedBehind(value.asks) : closed.get(name);
    if (clients === undefined) continue;
    if (value.role === 'client' && value.enrolment === undefined)
      report(
        path,
        `needs \`enrolment: {}\` too, for clients of "${clients}" have it, and the servers refuse those without`,
      );
    const several =
      value.replicas !== 1 ||
      ('churn' in value && value.churn !== undefined) ||
      timeline.some((entry) => entry.value.scale?.group === name);
    if (value.role === 'server' && !isForeign(value) && value.store === undefined && several)
      report(
        path,
        `needs \`store\`: without it each server knows only the invitations that it has issued itself, and refuses clients of "${clients}" that come with others; write a store group`,
      );
    if (value.role === 'server' && isForeign(value))
      report(
        [...path, 'image'],
        `does not know of invitations, but clients of "${clients}" have \`enrolment\`; leave out one of them`,
      );
  }
  const asked = [
    ...loads.map(({ path, value }) => ({ path, target: value.target })),
    ...(records === undefined ? [] : [{ path: ['records'], target: records.target }]),
  ];
  for (const { path, target } of asked) {
    const role = groups.find(({ name }) => name === target)?.value.role;
    const clients = role === 'server' || role === 'balancer' ? closedBehind(target) : undefined;
    if (clients === undefined) continue;
    const message = `would be refused, for these servers serve only nodes that are enrolled; write ${clients}`;
    report([...path, 'target'], message);
  }
}
