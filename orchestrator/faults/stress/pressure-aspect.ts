// What is done to a node from within as a side of it that faults change: pressure on its resources, and a wrong clock.
import type { Aspect } from '../kind/aspect.ts';
import type { FaultHost } from '../kind/fault-host.ts';
import type { Sighting } from '../kind/sighting.ts';
import { type Pressure, pressureProblem, sumsOf } from '../pressure/pressure.ts';
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
  async look(host, node, wanted, before) {
    const seen = await lookAtProgram(host, node, wanted);
    if (!seen.isSo || ![...wanted, ...before].some(({ kind }) => kind === 'clock')) return seen;
    const clock = await lookAtClock(host, node, sumsOf(wanted).clockMs);
    return { isSo: clock.isSo, saw: `${clock.saw}; ${seen.saw}` };
  },
  problem: pressureProblem,
};

async function lookAtProgram(host: FaultHost, node: string, wanted: Pressure): Promise<Sighting> {
  const earlier = await host.pressureOn(node);
  const now = earlier === undefined ? undefined : await host.pressureOn(node);
  if (earlier !== undefined && now !== undefined)
    return { isSo: wanted.length > 0 && isUnder(wanted, earlier, now), saw: sayFigures(earlier, now) };
  const hasEnded = !(await host.isRunning(node));
  // Without memory, the node's own program is what ends.
  const takesMemory = wanted.some(({ kind }) => kind === 'leave' || kind === 'memory');
  return {
    isSo: wanted.length === 0 || (hasEnded && takesMemory),
    saw: hasEnded ? 'its container has ended' : 'nothing presses on it from within',
  };
}

async function lookAtClock(host: FaultHost, node: string, wantedMs: number): Promise<Sighting> {
  const seen = await host.clockOf(node);
  if (seen === undefined) return { isSo: false, saw: 'its clock could not be read' };
  const { leastMs, mostMs } = seen;
  return {
    isSo: leastMs <= wantedMs && wantedMs <= mostMs,
    saw: `its programs read a clock that is ${leastMs} to ${mostMs} ms ahead`,
  };
}
