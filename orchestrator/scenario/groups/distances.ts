// How far zones are from each other: held against the groups, and seen from the nodes of one of them.
import type { ProblemPath, Report } from '../text/problem.ts';
import { instead } from '../text/suggest.ts';
import type { CheckedBetween } from './between-schema.ts';
import type { Between, Distance } from './group-common.ts';
import type { WrittenGroups } from './written-groups.ts';
import { zonesOf } from './zones.ts';

/** @param path of the list: `network.between`. */
export function checkBetween(
  between: readonly CheckedBetween[],
  path: ProblemPath,
  groups: WrittenGroups,
  report: Report,
): void {
  const seen = new Map<string, number>();
  for (const [index, { zones }] of between.entries()) {
    checkZones(zones, [...path, index, 'zones'], groups, report);
    const pair = zones.toSorted().join(' ');
    const first = seen.get(pair);
    if (first !== undefined)
      report(
        [...path, index, 'zones'],
        `${zones.join(' and ')} stand in between[${first}] already; write one`,
      );
    seen.set(pair, first ?? index);
  }
}

function checkZones(
  zones: readonly string[],
  path: ProblemPath,
  groups: WrittenGroups,
  report: Report,
): void {
  if (zones[0] === zones[1]) report(path, 'names the same zone twice; write two');
  // A group that could not be read may be the one that is meant.
  if (groups.groups.length < groups.known.groups.length) return;
  const known = zonesOf(groups);
  for (const [index, zone] of zones.entries()) {
    if (known.includes(zone)) continue;
    const advice = known.length === 0 ? 'give groups a `zone`' : instead(zone, known);
    report([...path, index], `no group is in the zone "${zone}"; ${advice}`);
  }
}

export function resolveBetween(written: readonly CheckedBetween[]): Between[] {
  return written.flatMap(({ zones: [one, other], delay, jitter }) =>
    one === undefined || other === undefined
      ? []
      : [{ zones: [one, other], delayMs: delay, jitterMs: jitter }],
  );
}

/** How far the other zones are from one; none where a group stands in no zone. */
export function distancesFrom(zone: string | null, between: readonly Between[]): Distance[] {
  return between.flatMap(({ zones: [one, other], delayMs, jitterMs }) => {
    if (zone === null || delayMs === 0 || (zone !== one && zone !== other)) return [];
    return [{ zone: zone === one ? other : one, delayMs, jitterMs }];
  });
}
