// Which images a run of a scenario needs: what `ensureImages` is asked for.
import type { Scenario } from '../scenario/scenario.ts';
import { needsNetAdmin, pressedGroups } from '../plan/host-needs.ts';
import { NETADMIN_IMAGE, NODE_IMAGE, PRESSURE_IMAGE, PROMETHEUS_IMAGE } from '../image-names.ts';

/**
 * The images of the scenario's groups, their updates and loads, each once, and those every run needs: Prometheus, and the node image for
 * the agent; the helper's and that of the program that presses on nodes where they are needed. Images that people bring come first, so that a wrong name is found before
 * the long builds.
 */
export function imagesOf(scenario: Scenario): string[] {
  const updated = scenario.timeline.flatMap(({ change }) =>
    change.kind === 'update' ? [change.update.program] : [],
  );
  const programs = [...scenario.groups, ...updated].toSorted(
    (a, b) => Number(b.foreignImage) - Number(a.foreignImage),
  );
  const images = [...programs.map(({ image }) => image), ...scenario.loads.map(({ image }) => image)];
  const helper = needsNetAdmin(scenario) ? [NETADMIN_IMAGE] : [];
  const pressure = pressedGroups(scenario).length > 0 ? [PRESSURE_IMAGE] : [];
  return [...new Set([...images, NODE_IMAGE, PROMETHEUS_IMAGE, ...helper, ...pressure])];
}
