// Whoever is asked for the whole run has to be there for the whole run: servers leave when the clients that ask them become peers.
import type { ProblemPath, Report } from '../text/problem.ts';
import { switchedService } from './switched-service.ts';
import type { WrittenGroups } from './written-groups.ts';

export function checkStays(
  target: string,
  path: ProblemPath,
  { groups }: WrittenGroups,
  report: Report,
): void {
  const clients = switchedService(groups.map(({ name, value }) => ({ ...value, name }))).get(target);
  if (clients === undefined) return;
  report(path, `"${target}" leaves when "${clients}" switch to peer-to-peer; write "${clients}"`);
}
