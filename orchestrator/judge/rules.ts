// The rules of judging, the same for runs and for probes of a capacity search: each looks at the facts and tells what it found. Pure.
import { type Delivery, MOST_DROPPED } from '../measure/delivery.ts';
import type { ObjectiveResult, PhaseFigures } from '../measure/figures.ts';
import type { FoundSaturations } from '../measure/find-saturation.ts';
import type { Finding } from './finding.ts';

/** What is known of a load that has ended. */
export interface LoadFacts {
  readonly objectives: readonly ObjectiveResult[];
  readonly phases: readonly PhaseFigures[];
  readonly saturations: FoundSaturations;
  /** Every load over all of its time. */
  readonly deliveries: readonly Delivery[];
  /** Exit codes of the generators that have ended. */
  readonly generators: readonly { readonly node: string; readonly exitCode: number }[];
  /** Why nothing could be measured, where measuring itself failed. */
  readonly measuringError?: string;
}

/** Thresholds of the user's own in the script were crossed (k6's code for it). Each generator judges its own part only. */
const THRESHOLDS_CROSSED = 99;

/** Why the measurement can't be believed; the weightiest first. */
export function whyInvalid(facts: LoadFacts): Finding[] {
  const { measuringError } = facts;
  return [
    ...(measuringError === undefined ? [] : [{ code: 'not-measured', error: measuringError } as const]),
    ...failedGenerators(facts),
    ...unmeasured(facts),
    ...unseenLoads(facts),
    ...disturbances(facts),
    ...facts.deliveries.flatMap((each) => notDelivered(each, facts.objectives)),
  ];
}

export function missedObjectives({ objectives }: LoadFacts): Finding[] {
  return objectives
    .filter(({ status }) => status === 'missed')
    .map((result) => ({ code: 'objective-missed', result }));
}

/** What decides nothing and is worth knowing. */
export function remarks({ generators, saturations }: LoadFacts): Finding[] {
  const nodes = generators.filter(({ exitCode }) => exitCode === THRESHOLDS_CROSSED).map(({ node }) => node);
  const { first } = saturations;
  return [
    ...(nodes.length === 0 ? [] : [{ code: 'thresholds-crossed', nodes } as const]),
    // Generators and a hypervisor have made the measurement invalid, and stand further above.
    ...(first === null || first.resource === 'generator-cpu' || first.resource === 'host-steal'
      ? []
      : [{ code: 'saturated', saturation: first } as const]),
  ];
}

function failedGenerators({ generators }: LoadFacts): Finding[] {
  return generators
    .filter(({ exitCode }) => exitCode !== 0 && exitCode !== THRESHOLDS_CROSSED)
    .map(({ node, exitCode }) => ({ code: 'generator-failed', node, exitCode }));
}

function unmeasured({ objectives }: LoadFacts): Finding[] {
  return objectives
    .filter(({ status }) => status === 'no-samples')
    .map(({ objective, why = null }) => ({ code: 'no-samples', objective: objective.name, why }));
}

/** Where no objective asks, nothing else would tell that the load never came. Of an open one it is known how much was missing. */
function unseenLoads({ objectives, deliveries, phases }: LoadFacts): Finding[] {
  const measured = objectives.some(({ status }) => status !== 'no-samples');
  const served = phases.some(({ servedPerSecond }) => servedPerSecond !== null);
  if (measured || served) return [];
  return deliveries
    .filter(({ model, started }) => model !== 'open' && started === 0)
    .map(({ load }) => ({ code: 'load-not-seen', load }));
}

/** What disturbed the measurement, or may have done so unseen. */
function disturbances({ saturations, measuringError }: LoadFacts): Finding[] {
  const { hostWatched, generators, hostByOthers, hostStolen } = saturations;
  return [
    ...(hostWatched || measuringError !== undefined ? [] : [{ code: 'host-not-watched' } as const]),
    ...generators.map((saturation) => ({ code: 'generator-short-of-cpu', saturation }) as const),
    ...(hostByOthers === null ? [] : [{ code: 'host-filled-by-others', saturation: hostByOthers } as const]),
    ...(hostStolen === null ? [] : [{ code: 'host-stolen', saturation: hostStolen } as const]),
  ];
}

/** In the open model, dropping much is a fault unless the scenario says itself how much must be delivered. */
function notDelivered(delivery: Delivery, objectives: readonly ObjectiveResult[]): Finding[] {
  const { load, model, asked, started, dropped } = delivery;
  const declared = objectives.some(
    ({ objective }) =>
      objective.measure.kind === 'delivered' && (objective.load === null || objective.load === load),
  );
  const missing = Math.max(dropped, asked - started);
  if (model !== 'open' || declared || asked <= 0 || missing / asked <= MOST_DROPPED) return [];
  return [{ code: 'not-delivered', load, asked, missing }];
}
