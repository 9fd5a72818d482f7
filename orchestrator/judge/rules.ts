// What each rule decides, the same for runs and for probes of a capacity search. The rules themselves stand with their like (`*-rules.ts`): each looks at the facts
// and tells what it found. Pure.
import {
  failedChanges,
  harmlessReturns,
  hiddenFaults,
  interruptedDelays,
  lateChanges,
  notCarriedOut,
  unseenFaults,
  wrongDelays,
} from './change-rules.ts';
import type { Finding } from './finding.ts';
import type { LoadFacts } from './load-facts.ts';
import {
  disagreements,
  failedByScript,
  failedGenerators,
  loadsThatAskedNobody,
  loadsThatAskedUnseen,
  loadsThatHeardNothing,
  overranGenerators,
  silentWitnesses,
  undeliveredLoads,
  unseenLoads,
} from './load-rules.ts';
import {
  abortingObjective,
  missedObjectives,
  uncountedObjectives,
  unmeasuredObjectives,
} from './objective-rules.ts';
import { brieflyUnwatched, disturbances, ranOut, unwatched } from './resource-rules.ts';
import {
  acceptedErrors,
  failingChecks,
  acceptedInvitations,
  lostEvents,
  lostRecords,
  mostlyFailed,
  notServed,
  unauthorisedRequests,
  usersHung,
  usersWaited,
} from './service-rules.ts';

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

/** Why a pass can't be believed. A failure is one without these. */
export function whyUnsure(facts: LoadFacts): Finding[] {
  return [
    ...unmeasuredObjectives(facts),
    ...loadsThatAskedNobody(facts),
    ...loadsThatHeardNothing(facts),
    ...undeliveredLoads(facts),
  ];
}

/** Why users were not served as they should have been; the weightiest first. Any of these makes a valid measurement a failure. */
export function whyFailed(facts: LoadFacts): Finding[] {
  return [
    ...abortingObjective(facts),
    ...failedChanges(facts),
    ...failedByScript(facts),
    ...missedObjectives(facts),
    ...mostlyFailed(facts),
  ];
}

/** What users met that no objective asks about. It decides nothing, and stands in the verdict's first lines. */
export function unasked(facts: LoadFacts): Finding[] {
  return [
    ...loadsThatAskedUnseen(facts),
    ...failingChecks(facts),
    ...acceptedErrors(facts),
    ...lostRecords(facts),
    ...lostEvents(facts),
    ...unauthorisedRequests(facts),
    ...acceptedInvitations(facts),
    ...usersHung(facts),
    ...usersWaited(facts),
    ...notServed(facts),
    ...lateChanges(facts),
  ];
}

/** What decides nothing and is worth knowing. */
export function remarks(facts: LoadFacts): Finding[] {
  return [
    ...brieflyUnwatched(facts),
    ...harmlessReturns(facts),
    ...hiddenFaults(facts),
    ...silentWitnesses(facts),
    ...uncountedObjectives(facts),
    ...overranGenerators(facts),
    ...ranOut(facts),
  ];
}
