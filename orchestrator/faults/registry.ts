// All kinds of faults there are, one line each. Scenario, plan, run, report and reference know them from here.
import { z } from 'zod';
import type { Aspect } from './kind/aspect.ts';
import type { FaultKind } from './kind/fault-kind.ts';
import { clock } from './clock/clock.ts';
import { crash } from './crash/crash.ts';
import { destroy } from './destroy/destroy.ts';
import { diskFull } from './disk-full/disk-full.ts';
import { diskSlow } from './disk-slow/disk-slow.ts';
import { dns } from './dns/dns.ts';
import { drain } from './drain/drain.ts';
import { hostCut } from './host-cut/host-cut.ts';
import { hostLost } from './host-lost/host-lost.ts';
import { isolate } from './isolate/isolate.ts';
import { kill } from './kill/kill.ts';
import { link } from './link/link.ts';
import { outOfMemory } from './out-of-memory/out-of-memory.ts';
import { partition } from './partition/partition.ts';
import { pause } from './pause/pause.ts';
import { programAspect } from './program/program-aspect.ts';
import { refuse } from './refuse/refuse.ts';
import { restart } from './restart/restart.ts';
import { stop } from './stop/stop.ts';
import { stress } from './stress/stress.ts';

/** Under the keys by which people write them. */
const kinds = {
  link,
  kill,
  destroy,
  stop,
  restart,
  crash,
  pause,
  isolate,
  partition,
  refuse,
  dns,
  stress,
  'out-of-memory': outOfMemory,
  'disk-full': diskFull,
  'disk-slow': diskSlow,
  clock,
  'host-lost': hostLost,
  'host-cut': hostCut,
  drain,
};

type Kinds = typeof kinds;
export type FaultName = keyof Kinds;
export type Fault = { [Name in FaultName]: ReturnType<Kinds[Name]['resolve']> }[FaultName];
type AnyKind = FaultKind<unknown, Fault, unknown>;

export const faultNames = Object.keys(kinds) as FaultName[];

export function kindOf({ kind }: { readonly kind: FaultName }): AnyKind {
  return kinds[kind];
}

/** Whether nodes that it hits are gone for good. */
export function takesNodes(fault: Fault): boolean {
  const { effect } = kindOf(fault);
  return effect.kind === 'momentary' && effect.removesNode;
}

/** Whether all that they stored is gone with nodes that it hits. */
export function destroysStorage(fault: { readonly kind: FaultName }): boolean {
  const { effect } = kindOf(fault);
  return effect.kind === 'momentary' && effect.destroysStorage === true;
}

/** Whether others take the places of those that it hits, on other hosts. */
export function movesNodes(fault: Fault): boolean {
  const { effect } = kindOf(fault);
  return effect.kind === 'momentary' && effect.movesNode === true;
}

/** Whether nodes that it hits are back later, or others in their places. */
export function bringsNodesBack(fault: Fault): boolean {
  const { effect } = kindOf(fault);
  return effect.kind === 'lasting'
    ? effect.aspect === programAspect
    : effect.movesNode === true || effect.replacedAfterMs(fault) !== null;
}

type FaultFields = { [Name in FaultName]: z.ZodOptional<Kinds[Name]['schema']> };

/** The faults among the fields of a timeline entry, by the name of their kind. */
export function writtenFaults(
  entry: Readonly<Partial<Record<FaultName, unknown>>>,
): { readonly name: FaultName; readonly value: unknown }[] {
  return faultNames.flatMap((name) => (entry[name] === undefined ? [] : [{ name, value: entry[name] }]));
}

/** Every side of a node that some kind changes, once. */
export const everyAspect: readonly Aspect<unknown>[] = [
  ...new Set(
    Object.values<AnyKind>(kinds).flatMap(({ effect }) => (effect.kind === 'lasting' ? [effect.aspect] : [])),
  ),
];

/** The fields of a timeline entry, one for each kind. */
export const faultFields = Object.fromEntries(
  Object.entries(kinds).map(([name, { schema, about }]) => [name, schema.optional().describe(about)]),
) as FaultFields;
