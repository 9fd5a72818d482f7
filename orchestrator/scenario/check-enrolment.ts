// Who needs an invitation, held against who is served without one.
import type { Written } from './check-written.ts';
import { isForeign } from './groups/role-of.ts';
import type { Report } from './text/problem.ts';

export function checkEnrolment({ groups, loads }: Pick<Written, 'groups' | 'loads'>, report: Report): void {
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
  const clients = enrolling.find(({ value }) => value.role === 'client');
  if (clients === undefined) return;
  for (const { path, value } of groups) {
    if (value.role === 'client' && value.enrolment === undefined)
      report(
        path,
        `needs \`enrolment: {}\` too, for the clients of "${clients.name}" have it, and servers refuse those without`,
      );
    if (value.role === 'server' && isForeign(value))
      report(
        [...path, 'image'],
        `does not know of invitations, but "${clients.name}" has \`enrolment\`; leave out one of them`,
      );
  }
  for (const { path, value } of loads) {
    const role = groups.find(({ name }) => name === value.target)?.value.role;
    if (role === 'server' || role === 'balancer')
      report(
        [...path, 'target'],
        `would be refused, for servers serve only nodes that are enrolled; write a client group, such as ${clients.name}`,
      );
  }
}
