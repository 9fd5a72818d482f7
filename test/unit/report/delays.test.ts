import { expect, test } from 'vitest';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { html } from '../../../orchestrator/report/page/html.ts';
import type { MeasuredDelays } from '../../../orchestrator/delays/delays.ts';
import { delaysOf } from '../../../orchestrator/report/facts/measured-delays.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';
import { delaysSection } from '../../../orchestrator/report/sections/delays-section.ts';
import { plannedLink } from '../../fixtures/planned-fault.ts';
import { makePlan, makeSavedRun, makeScenario } from '../../fixtures/make-saved-run.ts';

const delayed = {
  uplinkBytesPerSecond: null,
  downlinkBytesPerSecond: null,
  loss: 0,
  delayMs: 20,
  jitterMs: 5,
};
const figures = (node: string, medianMs: number): MeasuredDelays['delays'][number] => ({
  node,
  packets: 1500,
  beyond: 3,
  dropped: 0,
  medianMs,
  lateMedianMs: 0.1,
  late99Ms: 4,
  ended: false,
});

function savedRun(measured: MeasuredDelays): SavedRun {
  const run = makeSavedRun();
  const scenario = makeScenario();
  const groups = scenario.groups.map((group) =>
    group.name === 'servers' ? { ...group, link: delayed } : group,
  );
  const [action] = makePlan().actions;
  if (action === undefined) throw new Error('the plan has no action');
  const change = plannedLink('servers', { jitterMs: 0, delayMs: 80 });
  const event: RunEvent = { type: 'delays-measured', ...measured, atMs: 0, offsetMs: 60_000 };
  return {
    ...run,
    scenario: { ...scenario, groups },
    plan: { ...run.plan, actions: [...run.plan.actions, { ...action, change }] },
    events: [...run.events, event],
  };
}

const words = (run: SavedRun): string =>
  String(html`${delaysSection(makeRunReport(run))}`)
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

test('delays are told by group: asked, and between which figures of nodes they lay', () => {
  const run = savedRun({ delays: [figures('servers-1', 20.4), figures('servers-2', 26)] });
  expect(words(run)).toContain('servers 20 ms ± 5 ms, then 80 ms 2 3,000 20.4 ms to 26 ms 0.1 ms 4 ms 0');
  expect(delaysOf(run)?.delays).toHaveLength(2);
});

test('delays by distance are told each beside what was asked', () => {
  const far = (askedMs: number, node: string) => ({ ...figures(node, askedMs + 0.2), askedMs, jitterMs: 0 });
  const run = savedRun({ delays: [far(30, 'servers-1'), far(80, 'servers-1'), far(80, 'servers-2')] });
  expect(words(run)).toContain('servers 30 ms 1 1,500 30.2 ms');
  expect(words(run)).toContain('servers 80 ms 2 3,000 80.2 ms');
});

test('a helper that had gone is told', () => {
  expect(words(savedRun({ delays: [], lost: 'no such <container>' }))).toContain(
    'Not known to the end: no such &#60;container&#62;',
  );
});

test('a run that delays nothing has no such section', () => {
  expect(delaysSection(makeRunReport(makeSavedRun()))).toBeNull();
  expect(delaysOf(makeSavedRun())).toBeNull();
});
