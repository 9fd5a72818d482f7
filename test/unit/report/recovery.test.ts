// Backup and recovery as reports tell it: from the event log of a run in which a store was destroyed and restored.
import { describe, expect, it } from 'vitest';
import type { RunEvent, RunEventBody } from '../../../orchestrator/record/event.ts';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { reportJson } from '../../../orchestrator/report/facts/report-json.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';
import { html } from '../../../orchestrator/report/page/html.ts';
import { recoverySection } from '../../../orchestrator/report/sections/recovery-section.ts';
import { recoveryLines } from '../../../orchestrator/report/recovery-lines.ts';
import { makeSavedRun } from '../../fixtures/make-saved-run.ts';
import { plannedDestruction } from '../../fixtures/planned-fault.ts';

const common = { source: 'timeline[0]', summary: 'destroy database' };
const destroyed = {
  ...common,
  id: 'a8',
  offsetMs: 20_000,
  change: plannedDestruction('database', ['database-1'], 'f8'),
};
const restored = {
  ...common,
  id: 'a9',
  offsetMs: 24_000,
  summary: 'restore database',
  change: { kind: 'restore', group: 'database', from: 0, to: 1, nodes: ['database-2'] },
} as const;
const times = (plannedMs: number, finishedMs: number) => ({
  plannedMs,
  startedMs: plannedMs + 2,
  finishedMs,
});

const loss = {
  fault: 'f8',
  acknowledged: 400,
  missing: 30,
  wrong: 1,
  unreadable: 0,
  rpoMs: 1510,
  noticedAfterMs: 40,
  firstWriteAfterMs: 6300,
};

function runWith(...more: readonly (readonly [number | null, RunEventBody])[]): SavedRun {
  const run = makeSavedRun();
  const events = more.map(([offsetMs, body]): RunEvent => ({ ...body, atMs: 0, offsetMs }));
  return { ...run, events: [...run.events, ...events] };
}

const whole = runWith(
  [null, { type: 'backup-made', group: 'database', kind: 'full', tookMs: 2600 }],
  [20_002, { type: 'action-started', action: destroyed, plannedMs: 20_000, startedMs: 20_002 }],
  [20_300, { type: 'fault-began', fault: 'f8', kind: 'destroy', nodes: ['database-1'] }],
  [20_310, { type: 'action-finished', action: destroyed, ...times(20_000, 20_310) }],
  [24_002, { type: 'action-started', action: restored, plannedMs: 24_000, startedMs: 24_002 }],
  [
    24_500,
    {
      type: 'node-launched',
      node: 'database-2',
      group: 'database',
      containerId: 'c',
      image: 'i',
      address: 'a',
    },
  ],
  [26_000, { type: 'node-ready', node: 'database-2', group: 'database', tookMs: 1900 }],
  [26_010, { type: 'store-restored', group: 'database', node: 'database-2', copyMs: 700 }],
  [
    70_000,
    {
      type: 'records-checked',
      written: 1100,
      acknowledged: 1000,
      missing: 30,
      wrong: 1,
      unreadable: 0,
      losses: [loss],
    },
  ],
);

describe('a store that was destroyed and restored', () => {
  it('is told in parts, all counted from its destruction', () => {
    expect(makeRunReport(whole).recovery?.destructions).toMatchObject([
      {
        id: 'a8',
        atMs: 20_002,
        records: { lost: 31, rpoMs: 1510 },
        noticedAfterMs: 40,
        begunAfterMs: 4000,
        restoredAfterMs: 5198,
        replayedAfterMs: 5998,
        firstWriteAfterMs: 6300,
      },
    ]);
  });

  it('stands in report.json, with the backups and what became of all records', () => {
    expect(reportJson(makeRunReport(whole)).recovery).toMatchObject({
      backups: [{ group: 'database', type: 'full', madeMs: null, tookMs: 2600 }],
      records: { written: 1100, acknowledged: 1000, lost: 31 },
    });
  });

  it('is a sentence in the terminal and a section of the report', () => {
    expect(recoveryLines({ ...makeRunReport(whole), faults: [{ id: 'a8' }] })).toEqual([
      'records: 31 of 1,000 acknowledged records were lost (30 missing, 1 with another content)',
      expect.stringMatching(
        /^a8 \(destroy database\): 31 records lost, RPO 1.51 s, noticed after 40 ms, .* RTO /,
      ),
    ]);
    const text = String(html`${recoverySection(makeRunReport(whole))}`).replaceAll(/<[^>]+>/g, ' ');
    expect(text).toContain('31 of 1,000 acknowledged records were lost');
    expect(text).toMatch(/40 ms +4 s +5.2 s +6 s +6.3 s/);
  });
});

it('says so where records were not read back, and claims nothing of them', () => {
  const cut = { ...whole, events: whole.events.filter(({ type }) => type !== 'records-checked') };
  const report = makeRunReport(cut);
  const { recovery } = report;
  expect(recovery).toMatchObject({ records: null, destructions: [{ records: null }] });
  expect(recoveryLines(report)[0]).toContain('records not read back');
});

it('says nothing of users where none were there', () => {
  const lines = recoveryLines({ ...makeRunReport(whole), faults: [] });
  expect(lines[1]).toMatch(/first write after 6.3 s$/);
});

it('is not there in a run without any of it', () => {
  const report = makeRunReport(makeSavedRun());
  expect(report.recovery).toBeNull();
  expect(recoverySection(report)).toBeNull();
});
