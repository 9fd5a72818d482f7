// What users got, beside what objectives ask: failures, failed checks, waits without an answer, work that was not done, and what was lost of what they had stored.
import { type CheckCounts, LONG_WAIT_MS, type LoadFigures } from '../measure/figures/figures.ts';
import { lostOf } from '../record/checked-records.ts';
import { isUntagged } from '../scenario/objectives/objective.ts';
import type { Finding } from './finding.ts';
import { ifAny } from './if-any.ts';
import type { LoadFacts } from './load-facts.ts';
import { isHeldBy } from './objective-rules.ts';

/** Share of a load that may fail where no objective allows it: beyond it nobody would call the system up. */
const MOST_FAILED = 0.5;
/** Share of a check that may fail, of answers that may be errors which the script expects, and of what was offered that may not be served, without a word. */
const MOST_CHECKS_FAILING = 0.01;
const MOST_ACCEPTED = 0.01;
const MOST_NOT_SERVED = 0.01;

type AcceptedErrors = Extract<Finding, { code: 'errors-accepted' }>;

/**
 * An objective on the errors of all of the load is an answer to the question, where it allows the share. One over several loads is held by the many of one load
 * while all of another one fail.
 */
export function mostlyFailed({ loads, objectives }: LoadFacts): Finding[] {
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

export function failingChecks({ loads, objectives }: LoadFacts): Finding[] {
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

/** One check may be made by several loads, or in several probes. */
export function sumChecks(loads: readonly Pick<LoadFigures, 'checks'>[]): CheckCounts[] {
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

/** What a script expects is no error, so that no objective on errors can have asked about it; a check may look at anything else. */
export function acceptedErrors({ loads }: LoadFacts): Finding[] {
  return loads.flatMap(({ load, requests }): Finding[] => {
    const { started = 0, unanswered = 0, accepted: statuses = {} } = requests ?? {};
    const answers = started - unanswered;
    if (countAccepted(statuses) <= MOST_ACCEPTED * answers) return [];
    return [{ code: 'errors-accepted', load, answers, statuses }];
  });
}

export function countAccepted(statuses: AcceptedErrors['statuses']): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

/** One finding a load, of several probes. */
export function sumAccepted(findings: readonly AcceptedErrors[]): AcceptedErrors[] {
  return [...Map.groupBy(findings, ({ load }) => load)].map(([load, those]) => {
    const statuses: Record<string, number> = {};
    for (const [status, count] of those.flatMap((each) => Object.entries(each.statuses)))
      statuses[status] = (statuses[status] ?? 0) + count;
    const answers = those.reduce((sum, each) => sum + each.answers, 0);
    return { code: 'errors-accepted', load, answers, statuses };
  });
}

/** Of all requests theirs are few, for who waits asks nothing else: the share of their time tells. */
export function usersHung({ loads }: LoadFacts): Finding[] {
  return loads.flatMap(({ load, hungShare }): Finding[] =>
    hungShare == null || hungShare <= MOST_NOT_SERVED ? [] : [{ code: 'users-hung', load, hungShare }],
  );
}

/** An objective on the latency of the whole run that allows as long a wait is an answer to the question; a missed one has told already. */
export function usersWaited({ loads, objectives }: LoadFacts): Finding[] {
  const isAnswered = (load: string) =>
    objectives.some(
      ({ objective: { measure, load: about, phase, bound }, status }) =>
        measure.kind === 'latency' &&
        (about === null || about === load) &&
        (status === 'missed' || (phase === null && bound >= LONG_WAIT_MS)),
    );
  return loads.flatMap(({ load, waitedShare }): Finding[] =>
    waitedShare == null || waitedShare <= MOST_NOT_SERVED || isAnswered(load)
      ? []
      : [{ code: 'users-waited', load, waitedShare }],
  );
}

export function notServed({ loads }: LoadFacts): Finding[] {
  return loads.flatMap(({ load, servedShare, iterations }): Finding[] => {
    if (servedShare == null || iterations == null) return [];
    // A plan counts evenly, k6 in whole iterations: it may start one fewer.
    const missing = iterations.offered - iterations.unfinished - iterations.done - 1;
    if (missing / iterations.offered <= MOST_NOT_SERVED) return [];
    return [{ code: 'not-served', load, servedShare, iterations }];
  });
}

export function lostRecords({ records, objectives }: LoadFacts): Finding[] {
  const isAsked = objectives.some(({ objective }) => objective.measure.kind === 'recordsLost');
  if (records == null || isAsked || lostOf(records) === 0) return [];
  const { acknowledged, missing, wrong, unreadable } = records;
  return [{ code: 'records-lost', acknowledged, missing, wrong, unreadable }];
}

export function lostEvents({ lostEvents: switches = [] }: LoadFacts): Finding[] {
  return switches.length === 0 ? [] : [{ code: 'events-lost', switches }];
}

/** An objective on what is refused, and how soon, is an answer to the question. */
export function unauthorisedRequests({ wronglyAccepted, objectives }: LoadFacts): Finding[] {
  const isAsked = objectives.some(
    ({ objective: { measure } }) => measure.kind === 'unauthorised' || measure.kind === 'refused',
  );
  const requests = wronglyAccepted?.requests ?? 0;
  return isAsked || requests === 0 ? [] : [{ code: 'unauthorised-served', requests }];
}

export function acceptedInvitations({ wronglyAccepted }: LoadFacts): Finding[] {
  const invitations = wronglyAccepted?.invitations ?? [];
  return ifAny(invitations, { code: 'invitations-accepted', invitations });
}
