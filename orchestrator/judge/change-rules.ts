// What the plan changed, the faults and delays among it: whether it was done, and whether anybody saw that.
import type { Finding } from './finding.ts';
import { ifAny } from './if-any.ts';
import type { LoadFacts } from './load-facts.ts';

/** With more of a node's packets too late than this, their median is. Of fewer packets than these it says nothing. */
const MOST_BEYOND = 0.5;
const LEAST_PACKETS = 20;
/** Share of a node's packets that may be lost because too many wait. */
const MOST_PACKETS_LOST = 0.001;

/** A system that can't do what its operators ask of it has failed, whatever its users met meanwhile. */
export function failedChanges({ failedChanges: failed }: LoadFacts): Finding[] {
  const changes = failed?.bySystem ?? [];
  return ifAny(changes, { code: 'changes-failed', changes });
}

/** What users met says nothing of a plan that others than the system kept from being carried out. */
export function notCarriedOut({ failedChanges: failed }: LoadFacts): Finding[] {
  const changes = failed?.byOthers ?? [];
  return ifAny(changes, { code: 'plan-not-carried-out', changes });
}

export function lateChanges({ phases }: LoadFacts): Finding[] {
  return phases.flatMap(({ phase, late: changes = [] }): Finding[] =>
    ifAny(changes, { code: 'changed-late', phase, changes }),
  );
}

/**
 * That users met no trouble is no merit of a system of which nothing was broken, and that they met some after a fault is no fault of a system that may
 * still have had it.
 */
export function unseenFaults({ unseenFaults: unseen }: LoadFacts): Finding[] {
  const faults = unseen?.begun.filter(({ besides }) => besides.length === 0) ?? [];
  const ended = unseen?.ended ?? [];
  return [
    ...ifAny(faults, { code: 'faults-not-seen', faults }),
    ...ifAny(ended, { code: 'faults-not-seen-to-end', faults: ended }),
  ];
}

export function hiddenFaults({ unseenFaults: unseen }: LoadFacts): Finding[] {
  const hidden = unseen?.begun.filter(({ besides }) => besides.length > 0) ?? [];
  const untold = unseen?.endsUntold ?? [];
  return [
    ...ifAny(hidden, { code: 'faults-hidden', faults: hidden }),
    ...ifAny(untold, { code: 'fault-ends-untold', faults: untold }),
  ];
}

/** A network that is not as asked is another one than the scenario is about. */
export function wrongDelays({ delays: measured }: LoadFacts): Finding[] {
  if (measured === undefined) return [];
  const { delays, lost } = measured;
  const nodes = delays.filter(
    ({ packets, beyond, dropped, ended }) =>
      ended ||
      (packets >= LEAST_PACKETS && beyond > packets * MOST_BEYOND) ||
      dropped > packets * MOST_PACKETS_LOST,
  );
  return [
    ...(lost === undefined ? [] : [{ code: 'delays-lost', error: lost } as const]),
    ...ifAny(nodes, { code: 'delays-not-as-asked', nodes }),
  ];
}

export function interruptedDelays({ helperReturns = [] }: LoadFacts): Finding[] {
  const returns = helperReturns.filter(({ goneMs, undelayed }) => goneMs !== null && undelayed.length > 0);
  return ifAny(returns, { code: 'delays-interrupted', returns });
}

export function harmlessReturns({ helperReturns = [] }: LoadFacts): Finding[] {
  const returns = helperReturns.filter(({ goneMs, undelayed }) => goneMs === null || undelayed.length === 0);
  return ifAny(returns, { code: 'helper-returned', returns });
}
