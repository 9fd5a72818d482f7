// What a scenario means once it has been checked and its defaults are filled in: the value everything else reads.
// The zod schema in schema.ts describes what people write; resolve-scenario.ts turns that into this.
// Units stand last in names: every duration is in milliseconds, every size in bytes, every rate per second.

import type { Access } from './access/access.ts';
import type { CapacityQuestion } from './capacity/capacity-question.ts';
import type { Between, Group } from './groups/group.ts';
import type { Load } from './load/load.ts';
import type { Objective } from './objectives/objective.ts';
import type { RecordsToKeep } from './records-schema.ts';
import type { Phase, TimelineEntry } from './timeline/timeline.ts';

export interface Scenario {
  /** Lower-case letters, digits and hyphens, at most 40. */
  readonly name: string;
  readonly description: string;
  /** Seeds everything that is random. Default 1. */
  readonly seed: number;
  /** Length of the measured part, in milliseconds: the sum of the phases. */
  readonly durationMs: number;
  /** In launch order: a group comes after those it depends on. */
  readonly groups: readonly Group[];
  /** Who may do what. Absent: everybody may do everything. */
  readonly access?: Access;
  readonly loads: readonly Load[];
  readonly phases: readonly Phase[];
  readonly timeline: readonly TimelineEntry[];
  readonly objectives: readonly Objective[];
  /** What the run itself writes and reads back, to know what was lost; null = nothing. Absent from runs of earlier versions. */
  readonly records?: RecordsToKeep | null;
  /** What `topolab capacity` answers; null where the scenario asks nothing. */
  readonly capacity: CapacityQuestion | null;
  readonly network: {
    /** False: a LAN without internet. Nothing gets out; broadcast and multicast work. Default true. */
    readonly internet: boolean;
    /** How far zones are from each other, each pair once; others are near. */
    readonly between: readonly Between[];
  };
  /** What compose files ask for that no run has: sentences, each with its place. Absent where that is nothing. */
  readonly notHonoured?: readonly string[];
  /** Values of the scenario's parameters in force, for reports: numbers, or text as written (`64MiB`). */
  readonly parameters: Readonly<Record<string, string | number>>;
}
