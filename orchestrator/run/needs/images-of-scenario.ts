// Which images a run of a scenario needs: what `ensureImages` is asked for.
import type { WantedImage } from '../../images/wanted-image.ts';
import type { Build } from '../../scenario/groups/group.ts';
import type { ImageTerms } from '../../scenario/groups/image-terms.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { needsNetAdmin, pressedGroups } from '../../plan/host-needs.ts';
import { NETADMIN_IMAGE, NODE_IMAGE, PRESSURE_IMAGE, PROMETHEUS_IMAGE } from '../../image-names.ts';

interface ImageNamed extends ImageTerms {
  readonly image: string;
  readonly build?: Build;
}

/**
 * The images of the scenario's groups, their updates and loads, each once, and those every run needs: Prometheus, and the node image for
 * the agent; the helper's and that of the program that presses on nodes where they are needed. Images that people bring come first, so that a wrong name is found before
 * the long builds.
 */
export function imagesOf(scenario: Scenario): WantedImage[] {
  const updated = scenario.timeline.flatMap(({ change }) =>
    change.kind === 'update' ? [change.update.program] : [],
  );
  const programs = [...scenario.groups, ...updated].toSorted(
    (a, b) => Number(b.foreignImage) - Number(a.foreignImage),
  );
  const named = [...programs, ...scenario.loads];
  const helper = needsNetAdmin(scenario) ? [NETADMIN_IMAGE] : [];
  const pressure = pressedGroups(scenario).length > 0 ? [PRESSURE_IMAGE] : [];
  const refs = new Set([
    ...named.map(({ image }) => image),
    NODE_IMAGE,
    PROMETHEUS_IMAGE,
    ...helper,
    ...pressure,
  ]);
  return [...refs].map((ref) => ({ ref, ...termsOf(ref, named) }));
}

/** What those say who have the image: they agree, or say nothing. */
function termsOf(ref: string, named: readonly ImageNamed[]): Omit<WantedImage, 'ref'> {
  const owners = named.filter(({ image }) => image === ref);
  const pull = owners.find((owner) => owner.pull !== null)?.pull;
  const platform = owners.find((owner) => owner.platform !== null)?.platform;
  const build = owners.find((owner) => owner.build !== undefined)?.build;
  return { ...(pull && { pull }), ...(platform && { platform }), ...(build && { build }) };
}
