// What was accepted although it should have been refused, in words.
import { counted, formatNumber } from '../format/format-value.ts';
import type { AcceptedInvitations } from '../measure/changes/wrongly-accepted.ts';
import type { EnrolmentProbe } from '../record/event.ts';

export const INVITATION_WORDS: Readonly<Record<EnrolmentProbe, string>> = {
  used: 'used invitations',
  expired: 'expired ones',
  unknown: 'made-up ones',
  none: 'operations without any',
};

/** `Accepted at enrolment, and should have been refused: 2 of 3 used invitations, 1 of 3 expired ones.` */
export function sayAccepted(invitations: readonly AcceptedInvitations[]): string {
  const each = invitations.map(
    ({ invitation, accepted, tried }) =>
      `${formatNumber(accepted)} of ${formatNumber(tried)} ${INVITATION_WORDS[invitation]}`,
  );
  return `Accepted at enrolment, and should have been refused: ${each.join(', ')}.`;
}

export function sayUnauthorised(requests: number): string {
  const were = `${counted(requests, 'request')} ${requests === 1 ? 'was' : 'were'} served`;
  return `${were} to users without the right to it, beyond what the cache allows. No objective covers this; declare an \`unauthorised\` objective to make it count.`;
}
