// First half of the check: each entry of the scenario against the schema, by itself. Entries that are wrong are left out but
// their names stay known, so that the cross-checks can go on without false alarms.
import type { z } from 'zod';
import { accessSchema, type CheckedAccess } from './access/access-schema.ts';
import type { CheckedCapacity } from './capacity/capacity-schema.ts';
import { append, type Problem, type ProblemPath } from './text/problem.ts';
import { type CheckedGroup, groupSchema } from './groups/group-schema.ts';
import { type CheckedLoad, loadSchema } from './load/load-schema.ts';
import { type CheckedObjective, objectiveSchema } from './objectives/objective-schema.ts';
import { type Salvaged, salvage } from './text/salvage.ts';
import type { WrittenRecords } from './records-schema.ts';
import { frameSchema, type networkSchema } from './schema.ts';
import {
  type CheckedPhase,
  type CheckedTimelineEntry,
  phaseSchema,
  timelineEntrySchema,
} from './timeline/timeline-schema.ts';
import { name } from './text/names.ts';
import type { Entry, NamedEntry } from './text/entry.ts';

export interface Written {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly network: z.output<typeof networkSchema>;
  readonly groups: readonly NamedEntry<CheckedGroup>[];
  /** Undefined where there is none, or none that could be read. */
  readonly access: CheckedAccess | undefined;
  readonly hasAccess: boolean;
  readonly loads: readonly NamedEntry<CheckedLoad>[];
  /** Undefined where none are written. */
  readonly phases: readonly Entry<CheckedPhase>[] | undefined;
  readonly timeline: readonly Entry<CheckedTimelineEntry>[];
  readonly objectives: readonly Entry<CheckedObjective>[];
  readonly records: WrittenRecords | undefined;
  readonly capacity: CheckedCapacity | undefined;
  /** Names that may be referred to, those of wrong entries included. */
  readonly known: {
    readonly groups: readonly string[];
    readonly loads: readonly string[];
    readonly phases: readonly string[];
  };
  /** False where a problem in loads or phases leaves the length of the run open. */
  readonly lengthKnown: boolean;
}

export interface CheckedInput {
  /** Undefined where not even a frame could be read. */
  readonly written: Written | undefined;
  readonly problems: readonly Problem[];
  /** Where something else stands in `written` than the author wrote. */
  readonly replaced: readonly ProblemPath[];
}

/** What is found on the way. */
interface Found {
  readonly problems: Problem[];
  readonly replaced: ProblemPath[];
}

export function checkWritten(input: unknown): CheckedInput {
  const problems: Problem[] = [];
  const found: Found = { problems, replaced: [] };
  const frame = readFrame(input, found);
  if (frame === undefined) return { written: undefined, ...found };

  const groups = readNamed(groupSchema, frame.groups, 'groups', found);
  const [access] = frame.access === undefined ? [] : readEntry(accessSchema, frame.access, ['access'], found);
  const frameSound = !problems.some(({ path }) => path[0] === 'load' || path[0] === 'phases');
  const problemsBefore = problems.length;
  const loads = readNamed(loadSchema, frame.load, 'load', found);
  const phases = frame.phases && readList(phaseSchema, frame.phases, 'phases', found);
  const lengthKnown = frameSound && problems.length === problemsBefore;
  const written = {
    name: frame.name,
    description: frame.description,
    seed: frame.seed,
    network: frame.network,
    groups,
    access: access?.value,
    hasAccess: frame.access !== undefined,
    loads,
    phases,
    timeline: readList(timelineEntrySchema, frame.timeline, 'timeline', found),
    objectives: readList(objectiveSchema, frame.objectives, 'objectives', found),
    records: frame.records,
    capacity: frame.capacity,
    known: {
      groups: Object.keys(frame.groups),
      loads: Object.keys(frame.load),
      phases: frame.phases?.map(nameOf).filter((each) => each !== undefined) ?? ['run'],
    },
    lengthKnown,
  };
  return { written, ...found };
}

/** The top level. Where a required part is missing or wrong, an empty one stands in so that the others are still checked. */
function readFrame(input: unknown, found: Found): z.output<typeof frameSchema> | undefined {
  const frame = salvage(frameSchema, input);
  note(found, frame);
  if (frame.value !== undefined || typeof input !== 'object' || input === null) return frame.value;
  const wrong = new Set(frame.problems.map(({ path }) => path[0]));
  const sound = Object.entries(input).filter(([key]) => !wrong.has(key));
  return frameSchema.safeParse({ name: 'unnamed', groups: {}, ...Object.fromEntries(sound) }).data;
}

function readNamed<Schema extends z.ZodType>(
  schema: Schema,
  section: Readonly<Record<string, unknown>>,
  key: string,
  found: Found,
): NamedEntry<z.output<Schema>>[] {
  return Object.entries(section).flatMap(([entryName, input]) => {
    const path = [key, entryName];
    const problems = salvage(name(), entryName, path).problems.map(
      (problem): Problem => ({ ...problem, at: 'key' }),
    );
    note(found, { problems, replaced: [] });
    return readEntry(schema, input, path, found).map((entry) => ({ ...entry, name: entryName }));
  });
}

function readList<Schema extends z.ZodType>(
  schema: Schema,
  section: readonly unknown[],
  key: string,
  found: Found,
): Entry<z.output<Schema>>[] {
  return section.flatMap((input, index) => readEntry(schema, input, [key, index], found));
}

/** A list of one or none. */
function readEntry<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  path: ProblemPath,
  found: Found,
): Entry<z.output<Schema>>[] {
  const entry = salvage(schema, input, path);
  note(found, entry);
  return entry.value === undefined ? [] : [{ path, value: entry.value }];
}

function note(found: Found, { problems, replaced }: Omit<Salvaged<unknown>, 'value'>): void {
  append(found.problems, problems);
  append(found.replaced, replaced);
}

function nameOf(input: unknown): string | undefined {
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'name') : undefined;
  return typeof value === 'string' ? value.trim() : undefined;
}
