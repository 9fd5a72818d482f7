// What a kind of objective is: how people write it, what must stand beside it, what is measured for it and in which unit. Each is a file that exports one of these
// (`latency-objective.ts`); `objective-kinds.ts` names them all.
import type { z } from 'zod';
import type { Entry, NamedEntry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import type { Bounds } from './comparison.ts';

/** Of bound and measured value. `k6`: the metric's own; `query`: the query's own. */
export type ObjectiveUnit = 'ms' | 'share' | 'per-second' | 'records' | 'count' | 'k6' | 'query';

export interface Resolved<Measure> {
  readonly measure: Measure;
  readonly bounds: Bounds;
}

/** An objective as written, as far as all kinds have it. */
export interface WrittenScope {
  readonly phase?: string | undefined;
  readonly load?: string | undefined;
}

/** What stands in the scenario beside its objectives. */
export interface BesideObjectives {
  readonly loads: readonly NamedEntry<{ readonly model: string }>[];
  /** Undefined where there are none. */
  readonly records: object | undefined;
  readonly capacity: object | undefined;
  readonly hasAccess: boolean;
  readonly timeline: readonly Entry<{ readonly [Change in WantedChange]?: object | undefined }>[];
}

/** Changes of the timeline that some kind measures. */
export type WantedChange = 'destroy' | 'update' | 'switch' | 'revoke';

/** @typeParam Written what the schema makes of what people write. */
export interface ObjectiveKind<Written, Measure> {
  /** Of what stands under the kind's key in an objective. */
  readonly schema: z.ZodType<Written>;
  /** What it measures, in a sentence or two. */
  readonly about: string;
  readonly unit: ObjectiveUnit;
  /** It can be asked of requests, checks or samples with certain tags alone. */
  readonly takesTags?: true;
  /** A run can end as soon as it is missed: it tells on the way what it comes to. */
  readonly canAbort?: true;
  /** It has no meaning where nothing is hurt. */
  readonly ofFaults?: true;
  /** It is not about what loads ask for. */
  readonly needsNoLoad?: true;
  /** What is said where what it waits for never came about. */
  readonly never?: string;
  /** Reports what of the scenario does not go with it. */
  check?(written: Written, entry: Entry<WrittenScope>, beside: BesideObjectives, report: Report): void;
  /** @param beside bounds that stand beside the kind's key, not under it. */
  resolve(written: Written, beside: Bounds): Resolved<Measure>;
  /** Its name where people give it none, but for tags, phase and load: `p95 latency`. */
  nameOf(measure: Measure, tags: Readonly<Record<string, string>>): string;
}
