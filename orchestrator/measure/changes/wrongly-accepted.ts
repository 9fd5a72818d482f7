// What should have been refused and was not: requests of those without the right, and invitations that are no good. Pure.
import type { EnrolmentProbe, RunEvent } from '../../record/event.ts';
import type { AccessFigures, LossFigures } from './access-figures.ts';
import { countProbes } from './measure-enrolment.ts';

export interface AcceptedInvitations {
  readonly invitation: EnrolmentProbe;
  readonly accepted: number;
  readonly tried: number;
}

export interface WronglyAccepted {
  /**
   * Requests of canaries that nodes served which do not ignore the policy: those that never had the right, and those that had lost it longer ago than
   * `cache` allows.
   */
  readonly requests: number;
  readonly invitations: readonly AcceptedInvitations[];
}

/** @param access null where no canary told anything. */
export function wronglyAccepted(access: AccessFigures | null, events: readonly RunEvent[]): WronglyAccepted {
  return {
    requests: access?.lost.reduce((sum, loss) => sum + wronglyServed(loss), 0) ?? 0,
    invitations: Object.entries(countProbes(events)).flatMap(([invitation, { tried, refused }]) =>
      tried === refused
        ? []
        : [{ invitation: invitation as EnrolmentProbe, accepted: tried - refused, tried }],
    ),
  };
}

function wronglyServed({ kind, unauthorised: { served, laterThanCache } }: LossFigures): number {
  return kind === 'forged' || kind === 'not-granted' ? served : laterThanCache;
}
