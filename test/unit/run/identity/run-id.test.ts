import { expect, it } from 'vitest';
import { makeRunId, makeTrialId } from '../../../../orchestrator/run/identity/run-id.ts';

it('a run is named after its scenario and its time', () => {
  const now = new Date('2026-03-14T09:15:00Z');
  expect(makeRunId('first-run', now)).toMatch(/^first-run-20260314-091500-[0-9a-f]{4}$/);
});

it('a trial is named after study, size and number, and never twice alike', () => {
  const names = Array.from({ length: 8 }, () => makeTrialId('study-1', 0.5, 2));
  for (const name of names) expect(name).toMatch(/^study-1-s0_5-t2-[0-9a-f]{4}$/);
  expect(new Set(names).size).toBeGreaterThan(1);
});
