// The rules of judging, the same for runs and for probes of a capacity search: each looks at the facts and tells what it found. Pure.
import { type Delivery, MOST_DROPPED } from '../measure/delivery.ts';
import type { CheckCounts, LoadFigures, ObjectiveResult, PhaseFigures } from '../measure/figures.ts';
import type { FoundSaturations } from '../measure/find-saturation.ts';
import type { FailedChanges } from '../measure/failed-changes.ts';
import type { GeneratorLag } from '../measure/generator-lag.ts';
import type { MeasuredDelays } from '../delays/delays.ts';
import type { SecondWitness } from '../measure/second-witness.ts';
import type { UnseenFaults } from '../measure/unseen-faults.ts';
import type { Watched } from '../measure/watched.ts';
import { type CheckedRecords, lostOf } from '../record/checked-records.ts';
import type { HostLoss } from '../record/host-losses.ts';
import type { LostEvents } from '../measure/lost-events.ts';
import { holds, isUntagged, type Objective } from '../scenario/objectives/objective.ts';
import type { Finding, HelperReturn } from './finding.ts';

/** What is known of a load that has ended. */
export interface LoadFacts {
  readonly objectives: readonly ObjectiveResult[];
  readonly phases: readonly PhaseFigures[];
  /** Figures of each load over all of its time. */
  readonly loads: readonly LoadFigures[];
  readonly saturations: FoundSaturations;
  readonly watched: Watched;
  readonly witness: SecondWitness;
  /** Every load over all of its time. */
  readonly deliveries: readonly Delivery[];
  readonly lag: GeneratorLag;
  /** Exit codes of the generators that have ended. */
  readonly generators: readonly {
    readonly node: string;
    readonly exitCode: number;
    /** The kernel killed it for lack of memory. */
    readonly outOfMemory?: true;
    /** The script's own load went on after the last phase, and was ended. */
    readonly overran?: true;
    /** It was told to end early. */
    readonly stopped?: true;
  }[];
  readonly delays?: MeasuredDelays;
  /** Hosts that were lost meanwhile. */
  readonly hostLosses?: readonly HostLoss[];
  /** Each time that the helper died and came back. */
  readonly helperReturns?: readonly HelperReturn[];
  /** Changes of the plan that were not made. */
  readonly failedChanges?: FailedChanges;
  /** Faults that nobody saw bite, or end. */
  readonly unseenFaults?: UnseenFaults;
  /** What became of the records that the run itself has written; null where it wrote none, or nobody looked. */
  readonly records?: CheckedRecords | null;
  readonly lostEvents?: readonly LostEvents[];
  /** The objective that ended the run before its time. */
  readonly aborted?: { readonly objective: string; readonly offsetMs: number };
  /** Why nothing could be measured, where measuring itself failed. */
  readonly measuringError?: string;
}

/** Share of a load that may fail where no objective allows it: beyond it nobody would call the system up. */
const MOST_FAILED = 0.5;
/** Share of a check that may fail, and of what was offered that may not be served, without a word. */
const MOST_CHECKS_FAILING = 0.01;
const MOST_NOT_SERVED = 0.01;
/** With more of a node's packets too late than this, their median is. Of fewer packets than these it says nothing. */
const MOST_BEYOND = 0.5;
const LEAST_PACKETS = 20;
/** Share of a node's packets that may be lost because too many wait. */
const MOST_PACKETS_LOST = 0.001;
/** k6's exit code of a script that has called `exec.test.fail()` (errext/exitcodes in its sources). */
const MARKED_AS_FAILED = 110;
/** Share of the load that may go unwatched: in more, whatever ran out may have done so unseen. Our choice. */
const MOST_UNWATCHED = 0.1;

/** The finding, where there is anything to find fault with. */
function ifAny(what: readonly unknown[], finding: Finding): Finding[] {
  return what.length === 0 ? [] : [finding];
}

/** Hosts that were lost, in order of time: most often the cause of all that follows. */
export function lostHosts({ hostLosses = [] }: LoadFacts): Extract<Finding, { code: 'host-gone' }>[] {
  return hostLosses.map(({ host, goneMs, nodes, needed }) => ({
    code: 'host-gone',
    host,
    goneMs,
    nodes,
    needed,
  }));
}

/** Why the measurement can't be believed; the weightiest first. */
export function whyInvalid(facts: LoadFacts): Finding[] {
  const { measuringError } = facts;
  return [
    ...(measuringError === undefined ? [] : [{ code: 'not-measured', error: measuringError } as const]),
    ...failedGenerators(facts),
    ...disagreements(facts),
    ...unseenLoads(facts),
    ...unwatched(facts),
    ...wrongDelays(facts),
    ...interruptedDelays(facts),
    ...unseenFaults(facts),
    ...notCarriedOut(facts),
    ...disturbances(facts),
  ];
}

/**
 * Loads of which much was dropped. Those who would have waited longest are then in no figure, so that what held says nothing; what was missed
 * even without them was missed.
 */
export function whyUndelivered({ deliveries, objectives }: LoadFacts): Finding[] {
  return deliveries.flatMap((each) => notDelivered(each, objectives));
}

/**
 * Loads that asked nothing: whatever holds, none of their users was served. Where something was missed, that is why: connections that are refused
 * send nothing either.
 */
export function whyNobodyAsked({ deliveries }: LoadFacts): Finding[] {
  return deliveries.flatMap(({ load, askedNothing }): Finding[] =>
    askedNothing === 'unmeasured' ? [{ code: 'asked-nothing', load }] : [],
  );
}

/**
 * Objectives that nobody could measure: they never pass, and take nothing back of what was missed beside them. Where nobody is served, the figures of a script
 * that come after an answer are missing too. Of a run that was ended by an objective, nobody expects what was to come after.
 */
export function whyUnmeasured({ objectives, aborted }: LoadFacts): Finding[] {
  return objectives
    .filter(
      ({ status, unanswered, unreached }) =>
        status === 'no-samples' && unanswered !== true && (aborted === undefined || unreached !== true),
    )
    .map(({ objective, why = null }) => ({ code: 'no-samples', objective: objective.name, why }));
}

/** Why users were not served as they should have been; the weightiest first. Any of these makes a valid measurement a failure. */
export function whyFailed(facts: LoadFacts): Finding[] {
  const { aborted } = facts;
  return [
    ...(aborted === undefined ? [] : [{ code: 'aborted', ...aborted } as const]),
    ...failedChanges(facts),
    ...failedByScript(facts),
    ...missedObjectives(facts),
    ...mostlyFailed(facts),
  ];
}

/** What users met that no objective asks about. It decides nothing, and stands in the verdict's first lines. */
export function unasked(facts: LoadFacts): Finding[] {
  const late = facts.phases.filter(({ late = [] }) => late.length > 0);
  return [
    ...silentLoads(facts),
    ...failingChecks(facts),
    ...lostRecords(facts),
    ...lostEvents(facts),
    ...usersHung(facts),
    ...notServed(facts),
    ...late.map(({ phase, late: changes = [] }) => ({ code: 'changed-late', phase, changes }) as const),
  ];
}

/** What decides nothing and is worth knowing. */
export function remarks(facts: LoadFacts): Finding[] {
  const { generators, saturations, watched, witness, objectives } = facts;
  const overran = generators.filter((each) => each.overran === true).map(({ node }) => node);
  const { gaps, unwatchedShare } = watched;
  const uncounted = objectives.flatMap((each) => (each.unsampled === true ? [each.objective.name] : []));
  const { first } = saturations;
  return [
    ...(gaps.length === 0 || unwatchedShare > MOST_UNWATCHED
      ? []
      : [{ code: 'not-watched-briefly', gaps, unwatchedShare } as const]),
    ...harmlessReturns(facts),
    ...hiddenFaults(facts),
    ...ifAny(witness.silent, { code: 'no-second-witness', nodes: witness.silent }),
    ...ifAny(uncounted, { code: 'never-counted', objectives: uncounted }),
    ...ifAny(overran, { code: 'load-overran', nodes: overran }),
    // Generators and a hypervisor have made the measurement invalid, and stand further above.
    ...(first === null || first.resource === 'generator-cpu' || first.resource === 'host-steal'
      ? []
      : [{ code: 'saturated', saturation: first } as const]),
  ];
}

/** The script has looked itself, and says so: nothing is wrong with the generator. */
function failedByScript({ generators }: LoadFacts): Finding[] {
  const nodes = generators.flatMap(({ node, exitCode }) => (exitCode === MARKED_AS_FAILED ? [node] : []));
  return ifAny(nodes, { code: 'failed-by-script', nodes });
}

function failedGenerators({ generators }: LoadFacts): Finding[] {
  return generators
    .filter(
      ({ exitCode, overran, stopped }) =>
        exitCode !== 0 && exitCode !== MARKED_AS_FAILED && overran !== true && stopped !== true,
    )
    .map(({ node, exitCode, outOfMemory = false }) => ({
      code: 'generator-failed',
      node,
      exitCode,
      outOfMemory,
    }));
}

/** A system that can't do what its operators ask of it has failed, whatever its users met meanwhile. */
function failedChanges({ failedChanges: failed }: LoadFacts): Finding[] {
  const changes = failed?.bySystem ?? [];
  return ifAny(changes, { code: 'changes-failed', changes });
}

/** What users met says nothing of a plan that others than the system kept from being carried out. */
function notCarriedOut({ failedChanges: failed }: LoadFacts): Finding[] {
  const changes = failed?.byOthers ?? [];
  return ifAny(changes, { code: 'plan-not-carried-out', changes });
}

function missedObjectives({ objectives }: LoadFacts): Finding[] {
  return objectives.flatMap((result): Finding[] => {
    const { objective, status, unanswered, why = '' } = result;
    if (status === 'missed') return [{ code: 'objective-missed', result }];
    if (unanswered !== true) return [];
    return [{ code: 'not-answered', objective: objective.name, phase: objective.phase, why }];
  });
}

/**
 * An objective on the errors of all of the load is an answer to the question, where it allows the share. One over several loads is held by the many of one load
 * while all of another one fail.
 */
function mostlyFailed({ loads, objectives }: LoadFacts): Finding[] {
  const allows = (load: string, errorShare: number) =>
    objectives.some(
      ({ objective, status }) =>
        status === 'held' &&
        objective.measure.kind === 'errors' &&
        isUntagged(objective) &&
        objective.phase === null &&
        isHeldBy(objective, load, errorShare),
    );
  return loads.flatMap(({ load, errorShare }): Finding[] =>
    errorShare === null || errorShare <= MOST_FAILED || allows(load, errorShare)
      ? []
      : [{ code: 'mostly-failed', load, errorShare }],
  );
}

/** Whether an objective that held says anything of a load: it is about that one, or holds for its share as well. */
function isHeldBy({ load: about, comparison, bound }: Objective, load: string, share: number): boolean {
  return about === load || (about === null && holds(share, comparison, bound));
}

function failingChecks({ loads, objectives }: LoadFacts): Finding[] {
  const asked = objectives.flatMap(({ objective }) =>
    objective.measure.kind === 'checks' && isUntagged(objective) ? [objective.measure.check] : [],
  );
  if (asked.includes(null)) return [];
  const checks = sumChecks(loads).filter(
    ({ check, passes, fails }) =>
      !asked.includes(check) && fails / Math.max(1, passes + fails) > MOST_CHECKS_FAILING,
  );
  return ifAny(checks, { code: 'checks-failing', checks });
}

/** An extension of k6 may ask by connections of its own: what the script tells of them is then what the scenario measures. */
function silentLoads({ deliveries }: LoadFacts): Finding[] {
  return deliveries.flatMap(({ load, askedNothing }): Finding[] =>
    askedNothing === 'but-measured' ? [{ code: 'asked-nothing', load, isMeasured: true }] : [],
  );
}

function lostRecords({ records, objectives }: LoadFacts): Finding[] {
  const isAsked = objectives.some(({ objective }) => objective.measure.kind === 'recordsLost');
  if (records == null || isAsked || lostOf(records) === 0) return [];
  const { acknowledged, missing, wrong, unreadable } = records;
  return [{ code: 'records-lost', acknowledged, missing, wrong, unreadable }];
}

function lostEvents({ lostEvents: switches = [] }: LoadFacts): Finding[] {
  return switches.length === 0 ? [] : [{ code: 'events-lost', switches }];
}

/** One check may be made by several loads. */
function sumChecks(loads: readonly LoadFigures[]): CheckCounts[] {
  const byName = Map.groupBy(
    loads.flatMap(({ checks = [] }) => checks),
    ({ check }) => check,
  );
  return [...byName].map(([check, counts]) => ({
    check,
    passes: counts.reduce((sum, { passes }) => sum + passes, 0),
    fails: counts.reduce((sum, { fails }) => sum + fails, 0),
  }));
}

/** Of all requests theirs are few, for who waits asks nothing else: the share of their time tells. */
function usersHung({ loads }: LoadFacts): Finding[] {
  return loads.flatMap(({ load, hungShare }): Finding[] =>
    hungShare == null || hungShare <= MOST_NOT_SERVED ? [] : [{ code: 'users-hung', load, hungShare }],
  );
}

function notServed({ loads }: LoadFacts): Finding[] {
  return loads.flatMap(({ load, servedShare, iterations }): Finding[] => {
    if (servedShare == null || iterations == null) return [];
    // A plan counts evenly, k6 in whole iterations: it may start one fewer.
    const missing = iterations.offered - iterations.unfinished - iterations.done - 1;
    if (missing / iterations.offered <= MOST_NOT_SERVED) return [];
    return [{ code: 'not-served', load, servedShare, iterations }];
  });
}

function disagreements({ witness }: LoadFacts): Finding[] {
  const { disagreements: found } = witness;
  return ifAny(found, { code: 'witnesses-disagree', disagreements: found });
}

/** What may have run out while nobody looked: the generators and the host are seen by the same eyes as the nodes. */
function unwatched({ watched }: LoadFacts): Finding[] {
  const { gaps, unwatchedShare, blindSpots, unseenGenerators } = watched;
  return [
    ...(unwatchedShare <= MOST_UNWATCHED ? [] : [{ code: 'not-watched', gaps, unwatchedShare } as const]),
    ...ifAny(blindSpots, { code: 'nodes-not-watched', blindSpots }),
    ...ifAny(unseenGenerators, { code: 'generators-not-watched', nodes: unseenGenerators }),
  ];
}

/**
 * Whatever else holds, a load that never came has served nobody: a counter that stayed at 0, a query of the user's own and another load's figures
 * hold without it. A run that was ended early may have ended before it.
 */
function unseenLoads({ deliveries, aborted }: LoadFacts): Finding[] {
  if (aborted !== undefined) return [];
  return deliveries
    .filter(({ neverCame }) => neverCame === true)
    .map(({ load }) => ({ code: 'load-not-seen', load }));
}

/** A network that is not as asked is another one than the scenario is about. */
function wrongDelays({ delays: measured }: LoadFacts): Finding[] {
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

function interruptedDelays({ helperReturns = [] }: LoadFacts): Finding[] {
  const returns = helperReturns.filter(({ goneMs, undelayed }) => goneMs !== null && undelayed.length > 0);
  return ifAny(returns, { code: 'delays-interrupted', returns });
}

function harmlessReturns({ helperReturns = [] }: LoadFacts): Finding[] {
  const returns = helperReturns.filter(({ goneMs, undelayed }) => goneMs === null || undelayed.length === 0);
  return ifAny(returns, { code: 'helper-returned', returns });
}

/**
 * That users met no trouble is no merit of a system of which nothing was broken, and that they met some after a fault is no fault of a system that may
 * still have had it.
 */
function unseenFaults({ unseenFaults: unseen }: LoadFacts): Finding[] {
  const faults = unseen?.begun.filter(({ besides }) => besides.length === 0) ?? [];
  const ended = unseen?.ended ?? [];
  return [
    ...ifAny(faults, { code: 'faults-not-seen', faults }),
    ...ifAny(ended, { code: 'faults-not-seen-to-end', faults: ended }),
  ];
}

function hiddenFaults({ unseenFaults: unseen }: LoadFacts): Finding[] {
  const hidden = unseen?.begun.filter(({ besides }) => besides.length > 0) ?? [];
  const untold = unseen?.endsUntold ?? [];
  return [
    ...ifAny(hidden, { code: 'faults-hidden', faults: hidden }),
    ...ifAny(untold, { code: 'fault-ends-untold', faults: untold }),
  ];
}

/** What disturbed the measurement, or may have done so unseen. */
function disturbances({ saturations, lag, measuringError }: LoadFacts): Finding[] {
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

/** In the open model, dropping much is a fault unless the scenario says itself how much must be delivered: of the whole load, or of phases, which leaves the others. */
function notDelivered(delivery: Delivery, objectives: readonly ObjectiveResult[]): Finding[] {
  const { load, model } = delivery;
  const declared = objectives.flatMap(({ objective, status }) => {
    const { measure, phase, load: about } = objective;
    if (measure.kind !== 'delivered' || (about !== null && about !== load)) return [];
    const part = phase === null ? delivery : delivery.phases?.find((each) => each.phase === phase);
    const share = part === undefined || part.asked <= 0 ? 1 : part.started / part.asked;
    return status !== 'held' || isHeldBy(objective, load, share) ? [phase] : [];
  });
  if (model !== 'open' || declared.includes(null)) return [];
  const others = (delivery.phases ?? []).filter(({ phase }) => !declared.includes(phase));
  const parts = declared.length === 0 ? [delivery] : others;
  const sum = (of: (part: Omit<Delivery, 'load' | 'model'>) => number) =>
    parts.reduce((total, part) => total + of(part), 0);
  const asked = sum((part) => part.asked);
  const missing = sum(({ dropped, asked: wanted, started }) => Math.max(dropped, wanted - started));
  // A plan counts evenly, k6 in whole iterations: it may start one fewer.
  const tooMany =
    Math.max(
      sum(({ dropped }) => dropped),
      missing - parts.length,
    ) /
      asked >
    MOST_DROPPED;
  if (asked <= 0 || !tooMany) return [];
  const phases = declared.length === 0 ? {} : { phases: others.map(({ phase }) => phase) };
  return [{ code: 'not-delivered', load, asked, missing, ...phases }];
}
