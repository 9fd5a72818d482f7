// Pressure on a node's resources as a side of it that faults change.
import type { Aspect } from '../kind/aspect.ts';
import { type Pressure, pressureProblem } from '../pressure/pressure.ts';
import { isUnder, sayFigures } from '../pressure/pressure-figures.ts';

/** A node that is short of everything may never become ready, so that one that joins is pressed on once it is. */
export const pressureAspect: Aspect<Pressure> = {
  name: 'pressure',
  fresh: [],
  from: 'ready',
  entersNetwork: false,
  runsInside: true,
  ofGroup: () => [],
  apply: (host, node, wanted) => host.press(node, wanted),
  async look(host, node, wanted) {
    const earlier = await host.pressureOn(node);
    const now = earlier === undefined ? undefined : await host.pressureOn(node);
    if (earlier === undefined || now === undefined) {
      const ended = !(await host.isRunning(node));
      // Without memory, the node's own program is what ends.
      const isSo =
        wanted.length === 0 || (ended && wanted.some(({ kind }) => kind === 'leave' || kind === 'memory'));
      return { isSo, saw: ended ? 'its container has ended' : 'nothing presses on it from within' };
    }
    return { isSo: wanted.length > 0 && isUnder(wanted, earlier, now), saw: sayFigures(earlier, now) };
  },
  problem: pressureProblem,
};
