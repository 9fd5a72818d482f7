// What ran out, what disturbed the measurement, and what nobody watched.
import type { Finding } from './finding.ts';
import { ifAny } from './if-any.ts';
import type { LoadFacts } from './load-facts.ts';

/** Share of the load that may go unwatched: in more, whatever ran out may have done so unseen. Our choice. */
const MOST_UNWATCHED = 0.1;

/** What may have run out while nobody looked: the generators and the host are seen by the same eyes as the nodes. */
export function unwatched({ watched }: LoadFacts): Finding[] {
  const { gaps, unwatchedShare, blindSpots, unseenGenerators } = watched;
  return [
    ...(unwatchedShare <= MOST_UNWATCHED ? [] : [{ code: 'not-watched', gaps, unwatchedShare } as const]),
    ...ifAny(blindSpots, { code: 'nodes-not-watched', blindSpots }),
    ...ifAny(unseenGenerators, { code: 'generators-not-watched', nodes: unseenGenerators }),
  ];
}

/** So little of the load that it decides nothing. */
export function brieflyUnwatched({ watched: { gaps, unwatchedShare } }: LoadFacts): Finding[] {
  if (unwatchedShare > MOST_UNWATCHED) return [];
  return ifAny(gaps, { code: 'not-watched-briefly', gaps, unwatchedShare });
}

/** What disturbed the measurement, or may have done so unseen. */
export function disturbances({ saturations, lag, measuringError }: LoadFacts): Finding[] {
  const { standstills, lateStarts } = lag;
  const { hostWatched, generators, hostByOthers, hostStolen } = saturations;
  return [
    ...(hostWatched || measuringError !== undefined ? [] : [{ code: 'host-not-watched' } as const]),
    ...ifAny(standstills, { code: 'generators-stood-still', standstills }),
    ...lateStarts.map((late) => ({ code: 'started-late', ...late }) as const),
    ...generators.map((saturation) => ({ code: 'generator-short-of-cpu', saturation }) as const),
    ...(hostByOthers === null ? [] : [{ code: 'host-filled-by-others', saturation: hostByOthers } as const]),
    ...(hostStolen === null ? [] : [{ code: 'host-stolen', saturation: hostStolen } as const]),
  ];
}

/** Generators and a hypervisor have made the measurement invalid, and stand further above. */
export function ranOut({ saturations: { first } }: LoadFacts): Finding[] {
  return first === null || first.resource === 'generator-cpu' || first.resource === 'host-steal'
    ? []
    : [{ code: 'saturated', saturation: first }];
}
