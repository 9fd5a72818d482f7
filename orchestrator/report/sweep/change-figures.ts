// Of the figures that a sweep compares, those of what a scenario changes on purpose: rights, versions, topology, and who belongs to the system. Pure.
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import { stepsOf } from '../enrolment/enrolment-words.ts';
import type { RunReport } from '../facts/run-report.ts';
import { ofAll } from './of-all.ts';

export type ChangeFigureId =
  | 'refused'
  | 'unauthorised'
  | 'wrongly-refused'
  | 'updated'
  | 'update-failed'
  | 'switched'
  | 'switch-failed'
  | 'enrolment-steps'
  | 'enrolled';

interface ChangeFigure {
  readonly id: ChangeFigureId;
  readonly title: string;
  readonly help: string;
  readonly unit: PanelUnit;
  readonly better: 'lower';
}

/** In the order in which they are told. */
export const CHANGE_FIGURES: readonly ChangeFigure[] = [
  {
    id: 'refused',
    title: 'Refused everywhere after',
    help: 'Time from the acknowledgement of a revocation to the last request that any node served; of several revocations, the longest. No value where a node went on serving. Lower is better.',
    unit: 'milliseconds',
    better: 'lower',
  },
  {
    id: 'unauthorised',
    title: 'Unauthorised requests served',
    help: 'Requests that were served although they should have been refused, as a share of all such requests. Lower is better.',
    unit: 'share',
    better: 'lower',
  },
  {
    id: 'wrongly-refused',
    title: 'Wrongly refused',
    help: 'Requests of users with the right that were refused nevertheless, as a share of all their requests. Lower is better.',
    unit: 'share',
    better: 'lower',
  },
  {
    id: 'updated',
    title: 'Updated after',
    help: 'Time from the command until every node had the update and had served with it; of several updates, the longest. No value where one did not get that far. Lower is better.',
    unit: 'milliseconds',
    better: 'lower',
  },
  {
    id: 'update-failed',
    title: 'Failed during updates',
    help: 'Operations that failed from the command until all nodes had the update. Lower is better.',
    unit: 'count',
    better: 'lower',
  },
  {
    id: 'switched',
    title: 'Switched after',
    help: 'Time from the command until the network had served the new way alone, 3 s of it steadily; of several switches, the longest. No value where one did not get that far. Lower is better.',
    unit: 'milliseconds',
    better: 'lower',
  },
  {
    id: 'switch-failed',
    title: 'Failed during switches',
    help: 'Operations that failed from the command until then. Lower is better.',
    unit: 'count',
    better: 'lower',
  },
  {
    id: 'enrolment-steps',
    title: 'Steps for a new node',
    help: 'Steps by an administrator, a member and the new node itself until it is part of the system; the most that any node took. Lower is better.',
    unit: 'count',
    better: 'lower',
  },
  {
    id: 'enrolled',
    title: 'New node serves after',
    help: 'Time from the creation of its container until a node that joined during the load served its first operation; of several, the longest. Lower is better.',
    unit: 'milliseconds',
    better: 'lower',
  },
];

export function changeFiguresOf({
  access,
  updates,
  switches,
  enrolment,
}: Pick<RunReport, 'access' | 'updates' | 'switches' | 'enrolment'>): Readonly<
  Record<ChangeFigureId, number | null>
> {
  const lost = access?.lost ?? [];
  const newcomers = (enrolment?.nodes ?? []).filter(({ duringLoad }) => duringLoad);
  return {
    refused: longest(
      lost.filter(({ kind }) => kind === 'revocation').map((each) => each.refusedEverywhereMs),
    ),
    unauthorised: share(
      total(lost.map(({ unauthorised }) => unauthorised.served)),
      total(lost.map(({ unauthorised }) => unauthorised.probes)),
    ),
    'wrongly-refused': access === null ? null : share(access.kept.refused, access.kept.probes),
    updated: longest(updates.map(({ convergedAfterMs }) => convergedAfterMs)),
    'update-failed': total(updates.map(({ failedOperations }) => failedOperations)),
    switched: longest(switches.map(({ switchedAfterMs }) => switchedAfterMs)),
    'switch-failed': total(switches.map(({ failedOperations }) => failedOperations)),
    'enrolment-steps': longest((enrolment?.nodes ?? []).map(stepsOf)),
    enrolled: longest(newcomers.map(({ firstOperationAfterMs }) => firstOperationAfterMs)),
  };
}

function longest(values: readonly (number | null)[]): number | null {
  return ofAll(values, Math.max);
}

function total(values: readonly (number | null)[]): number | null {
  return ofAll(values, (...known) => known.reduce((sum, value) => sum + value, 0));
}

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}
