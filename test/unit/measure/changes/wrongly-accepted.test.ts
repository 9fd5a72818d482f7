// What should have been refused and was not: the cache excuses a right that was lost, and nothing excuses a forged token or a used invitation.
import { expect, test } from 'vitest';
import type { AccessFigures, LossFigures } from '../../../../orchestrator/measure/changes/access-figures.ts';
import { wronglyAccepted } from '../../../../orchestrator/measure/changes/wrongly-accepted.ts';
import type { EnrolmentProbe, RunEvent, RunEventBody } from '../../../../orchestrator/record/event.ts';

const event = (body: RunEventBody): RunEvent => ({ atMs: 0, offsetMs: 0, ...body });
const loss = (kind: LossFigures['kind'], served: number, laterThanCache: number) =>
  ({ kind, unauthorised: { served, probes: 100, laterThanCache } }) as LossFigures;
const access = (...lost: LossFigures[]) => ({ cacheMs: 2000, lost }) as unknown as AccessFigures;
const enrolled = event({
  type: 'node-enrolled',
  node: 'clients-4',
  group: 'clients',
  by: 'servers-1',
  enrolledAtMs: 0,
});
const probed = (invitation: EnrolmentProbe, refused: boolean) =>
  event({
    type: 'enrolment-probed',
    node: 'clients-4',
    group: 'clients',
    invitation,
    at: 'servers-1',
    status: refused ? 403 : 200,
    refused,
  });

test('what the cache allows is right, and what comes later is not', () => {
  expect(wronglyAccepted(access(loss('revocation', 23, 0), loss('expired', 5, 4)), []).requests).toBe(4);
});

test('a forged token and a right that nobody granted are never right', () => {
  expect(wronglyAccepted(access(loss('forged', 3, 0), loss('not-granted', 2, 0)), []).requests).toBe(5);
  expect(wronglyAccepted(null, []).requests).toBe(0);
});

test('invitations that were accepted are counted by what was wrong with them', () => {
  const events = [enrolled, probed('used', false), probed('used', true), probed('expired', true)];
  expect(wronglyAccepted(null, events).invitations).toEqual([{ invitation: 'used', accepted: 1, tried: 2 }]);
  expect(wronglyAccepted(null, [enrolled, probed('none', true)]).invitations).toEqual([]);
  // Also where nobody was enrolled after all.
  expect(wronglyAccepted(null, [probed('none', false)]).invitations).toEqual([
    { invitation: 'none', accepted: 1, tried: 1 },
  ]);
});
