// What reports say of rights: the same in the terminal, on the page and as data.
import { expect, it } from 'vitest';
import { accessLines } from '../../../orchestrator/report/access/access-lines.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';
import { reportJson } from '../../../orchestrator/report/facts/report-json.ts';
import { renderReport } from '../../../orchestrator/report/render-report.ts';
import type { LostRights } from '../../../orchestrator/record/access-figures.ts';
import type { RunEventBody } from '../../../orchestrator/record/event.ts';
import { makeSavedRun, makeScenario } from '../../fixtures/make-saved-run.ts';
import { textOf } from './text-of.ts';

const node = (name: string, served: number, parts = {}) => ({
  node: name,
  probes: 100,
  served,
  failed: 0,
  lastServedAfterMs: served === 0 ? null : 1240,
  stillServes: false,
  ...parts,
});
const lost: LostRights = {
  id: 'c2',
  canary: 'bob',
  rights: ['read'],
  told: ['servers-1'],
  issuedMs: 21_990,
  acknowledgedMs: 22_000,
  nodes: [node('servers-1', 0), node('servers-2', 12)],
  servedAfterMs: Array.from({ length: 12 }, (_, index) => 140 + 100 * index),
  receivedAfterwards: 8,
  spread: 0,
  streams: { open: 2, stillOpen: 0, lastEndedAfterMs: 1300 },
};

function reportOf(losses: readonly LostRights[]) {
  const saved = makeSavedRun();
  const access = {
    users: [{ name: 'bob', rights: ['read'] as const }],
    cacheMs: 2000,
    news: 'poll',
    tokenLifeMs: 3_600_000,
    ignoredBy: [],
    canariesPerSecond: 10,
  } as const;
  const kept = [{ canary: 'alice', node: 'servers-2', served: 998, refused: 2, failed: 0 }];
  const bodies: RunEventBody[] = [
    {
      type: 'access-changed',
      change: 'c2',
      told: ['servers-1'],
      issuedMs: 21_990,
      acknowledgedMs: 22_000,
      keepers: 2,
    },
    { type: 'access-measured', lost: losses, gained: [], kept },
  ];
  const events = [...saved.events, ...bodies.map((body) => ({ atMs: 0, offsetMs: 22_000, ...body }))];
  return makeRunReport({ ...saved, scenario: makeScenario({ access }), events });
}

it('the terminal says how soon it was in force, what was served, and who was refused wrongly', () => {
  expect(accessLines(reportOf([lost]))).toEqual([
    'bob: refused everywhere after 1.24 s; 12 of 200 requests served nevertheless, 0 later than the cache allows; 8 new messages reached the revoked user',
    'users with rights: 2 of 1,000 requests wrongly refused',
  ]);
});

it('the page has the same figures, and names nodes that never refused', () => {
  const text = textOf(renderReport(reportOf([lost])));
  for (const words of [
    'Access',
    'after 1.24 s',
    '12 of 200',
    'servers-1',
    '2 of 2 open streams of events closed, the last one after 1.3 s',
    'Told to servers-1 in 10 ms; 2 nodes had to hear of it',
    'alice at servers-2 2',
  ])
    expect(text).toContain(words);
  const never = { ...lost, nodes: [node('servers-2', 90, { stillServes: true })] };
  expect(textOf(renderReport(reportOf([never])))).toContain('never at servers-2');
});

it('report.json has them as data', () => {
  const { access } = reportJson(reportOf([lost]));
  expect(access).toMatchObject({
    cacheMs: 2000,
    lost: [{ id: 'c2', refusedEverywhereMs: 1240, told: ['servers-1'], keepers: 2, receivedAfterwards: 8 }],
    kept: { probes: 1000, refused: 2 },
  });
});

it('a run whose users have no rights says nothing of them', () => {
  const report = makeRunReport(makeSavedRun());
  expect(reportJson(report).access).toBeNull();
  expect(accessLines(report)).toEqual([]);
  expect(renderReport(report)).not.toContain('id="access"');
});

it('says of nodes that never answered that they did not', () => {
  const silent = node('servers-1', 0, { failed: 100 });
  const [line] = accessLines(reportOf([{ ...lost, nodes: [silent, node('servers-2', 12)] }]));
  expect(line).toContain('refused everywhere after 1.24 s (1 of 2 nodes never answered)');
});
