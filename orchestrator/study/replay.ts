// Going on with a study: its searches, and its pace, are told what earlier sessions found. Pure.
import type { CapacitySearch } from '../capacity/search.ts';
import { TopolabError } from '../errors.ts';
import type { Pace } from './pace.ts';
import type { StudyProbe } from './study-folder.ts';

export interface SizeSearch {
  readonly size: number;
  readonly search: CapacitySearch;
}

/** Fails with `study-not-resumable` where a search would have asked for another probe. `path`: of the study, for messages. */
export function replay(
  searches: readonly SizeSearch[],
  probes: readonly StudyProbe[],
  pace: Pace,
  path: string,
): void {
  for (const probe of probes) {
    const search = searches.find(({ size }) => size === probe.size)?.search;
    const wanted = search?.next();
    if (search === undefined || wanted?.kind !== 'probe' || wanted.rate !== probe.rate) {
      throw new TopolabError(`go on with study ${path}: its probes do not fit its question`, {
        code: 'study-not-resumable',
        hint: 'It was written by another version, or edited: begin a new study.',
      });
    }
    search.record(probe);
    pace.probeDone(probe.size, probe.loadMs);
    const next = search.next();
    if (next.kind === 'done') pace.trialDone(probe.size, true);
    else if (next.trial !== probe.trial) pace.trialDone(probe.size, false);
  }
}
