// All kinds of objectives, one line each: what people may write, how it is checked, resolved, named and in which unit it is told comes from here.
import { z } from 'zod';
import type { Bounds } from './comparison.ts';
import { checks } from './checks-objective.ts';
import { delivered } from './delivered-objective.ts';
import { errors } from './errors-objective.ts';
import { latency } from './latency-objective.ts';
import { metric } from './metric-objective.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';
import { promql } from './promql-objective.ts';
import { recordsLost } from './records-lost-objective.ts';
import { recovered } from './recovered-objective.ts';
import { refused } from './refused-objective.ts';
import { rpo } from './rpo-objective.ts';
import { served } from './served-objective.ts';
import { switched } from './switched-objective.ts';
import { unauthorised } from './unauthorised-objective.ts';
import { updated } from './updated-objective.ts';

/** Under the keys by which people write them. */
const kinds = {
  latency,
  errors,
  delivered,
  served,
  checks,
  metric,
  recovered,
  recordsLost,
  rpo,
  updated,
  switched,
  refused,
  unauthorised,
  promql,
};

type Kinds = typeof kinds;
type Name = keyof Kinds;
type AnyKind = ObjectiveKind<unknown, Measure>;

/** What is measured. */
export type Measure = { [Each in Name]: ReturnType<Kinds[Each]['resolve']>['measure'] }[Name];

export const objectiveNames = Object.keys(kinds) as Name[];

export function kindOf({ kind }: { readonly kind: Name }): AnyKind {
  return kinds[kind];
}

/** Kinds that have a property, in the order in which they are listed. */
export function kindsThat(property: 'takesTags' | 'canAbort'): readonly Name[] {
  return objectiveNames.filter((name) => kindOf({ kind: name })[property]);
}

/** Exactly one of them is there. */
type WrittenMeasures = { readonly [Each in Name]?: z.output<Kinds[Each]['schema']> | undefined };

/** The kind of an objective as written, and what stands under its key. */
export function writtenKind(objective: WrittenMeasures): {
  readonly kind: AnyKind;
  readonly written: unknown;
} {
  const name = objectiveNames.find((each) => objective[each] !== undefined);
  if (name === undefined) throw new Error('the schema lets no objective without a measure through');
  return { kind: kinds[name], written: objective[name] };
}

export function resolveMeasure(objective: WrittenMeasures & Bounds): Resolved<Measure> {
  const { kind, written } = writtenKind(objective);
  return kind.resolve(written, objective);
}

type MeasureFields = { [Each in Name]: z.ZodOptional<Kinds[Each]['schema']> };

/** The fields of an objective, one for each kind. */
export const measureFields = Object.fromEntries(
  Object.entries(kinds).map(([name, { schema, about }]) => [name, schema.optional().describe(about)]),
) as MeasureFields;
