// What became of the load and its generators, and whether Prometheus and k6 tell the same of it.
import { type Delivery, MOST_DROPPED } from '../measure/generators/delivery.ts';
import type { ObjectiveResult } from '../measure/figures/figures.ts';
import type { Finding } from './finding.ts';
import { ifAny } from './if-any.ts';
import type { LoadFacts } from './load-facts.ts';
import { isHeldBy } from './objective-rules.ts';

/** k6's exit code of a script that has called `exec.test.fail()` (errext/exitcodes in its sources). */
const MARKED_AS_FAILED = 110;
/** One that was told to end and did not: neither its last samples nor its summary have come. */
const KILLED = 137;
/** k6's metric of iterations that were due and not started. */
const DROPPED = 'dropped_iterations';

export function failedGenerators({ generators }: LoadFacts): Finding[] {
  return generators
    .filter(
      ({ exitCode, overran, stopped }) =>
        exitCode !== 0 &&
        exitCode !== MARKED_AS_FAILED &&
        (overran !== true || exitCode === KILLED) &&
        stopped !== true,
    )
    .map(({ node, exitCode, outOfMemory = false }) => ({
      code: 'generator-failed',
      node,
      exitCode,
      outOfMemory,
    }));
}

/** The script has looked itself, and says so: nothing is wrong with the generator. */
export function failedByScript({ generators }: LoadFacts): Finding[] {
  const nodes = generators.flatMap(({ node, exitCode }) => (exitCode === MARKED_AS_FAILED ? [node] : []));
  return ifAny(nodes, { code: 'failed-by-script', nodes });
}

export function overranGenerators({ generators }: LoadFacts): Finding[] {
  const nodes = generators.filter(({ overran }) => overran === true).map(({ node }) => node);
  return ifAny(nodes, { code: 'load-overran', nodes });
}

/**
 * Whatever else holds, a load that never came has served nobody: a counter that stayed at 0, a query of the user's own and another load's figures
 * hold without it. A run that was ended early may have ended before it.
 */
export function unseenLoads({ deliveries, aborted }: LoadFacts): Finding[] {
  if (aborted !== undefined) return [];
  return deliveries
    .filter(({ neverCame }) => neverCame === true)
    .map(({ load }) => ({ code: 'load-not-seen', load }));
}

/**
 * Loads that asked nothing: whatever holds, none of their users was served. Where something was missed, that is why: connections that are refused
 * send nothing either.
 */
export function loadsThatAskedNobody({ deliveries }: LoadFacts): Finding[] {
  return deliveries.flatMap(({ load, askedNothing }): Finding[] =>
    askedNothing === 'unmeasured' ? [{ code: 'asked-nothing', load }] : [],
  );
}

/** A connection that is open and silent fails nothing: that nobody was refused doesn't say that anybody was served. */
export function loadsThatHeardNothing({ deliveries }: LoadFacts): Finding[] {
  return deliveries.flatMap(({ load, heardNothing }): Finding[] =>
    heardNothing === true ? [{ code: 'heard-nothing', load }] : [],
  );
}

/** An extension of k6 may ask by connections of its own: what the script tells of them is then what the scenario measures. */
export function loadsThatAskedUnseen({ deliveries }: LoadFacts): Finding[] {
  return deliveries.flatMap(({ load, askedNothing }): Finding[] =>
    askedNothing === 'but-measured' ? [{ code: 'asked-nothing', load, isMeasured: true }] : [],
  );
}

/**
 * Loads of which much was dropped. Those who would have waited longest are then in no figure, so that what held says nothing; what was missed
 * even without them was missed.
 */
export function undeliveredLoads({ deliveries, objectives }: LoadFacts): Finding[] {
  return deliveries.flatMap((each) =>
    each.model === 'script' ? notStarted(each, objectives) : notDelivered(each, objectives),
  );
}

/** What a script's own scenarios are to start is known from what they dropped. An objective on that is an answer to the question. */
function notStarted({ load, asked, dropped }: Delivery, objectives: readonly ObjectiveResult[]): Finding[] {
  const isAsked = objectives.some(
    ({ objective: { measure, load: about } }) =>
      measure.kind === 'metric' && measure.metric === DROPPED && (about === null || about === load),
  );
  if (isAsked || asked <= 0 || dropped / asked <= MOST_DROPPED) return [];
  return [{ code: 'not-delivered', load, asked, missing: dropped, ofScript: true }];
}

/** In the open model, nothing may be dropped but a little, unless the scenario says itself how much must be delivered: of the whole load, or of phases, which leaves the others. */
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

export function disagreements({ witness }: LoadFacts): Finding[] {
  const { disagreements: found } = witness;
  return ifAny(found, { code: 'witnesses-disagree', disagreements: found });
}

export function silentWitnesses({ witness: { silent } }: LoadFacts): Finding[] {
  return ifAny(silent, { code: 'no-second-witness', nodes: silent });
}
