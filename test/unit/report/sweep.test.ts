import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeSweep } from '../../../orchestrator/commands/report.ts';
import { readSweep, type SavedSweep, SweepFolder } from '../../../orchestrator/record/folder/sweep.ts';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { renderSweepReport } from '../../../orchestrator/report/render-sweep.ts';
import { sweepFacts } from '../../../orchestrator/report/sweep/sweep-facts.ts';
import { makeFileRun, makeMessageRun } from '../../fixtures/make-peer-run.ts';
import { makeSavedRun, makeScenario, writeSavedRun } from '../../fixtures/make-saved-run.ts';
import { textOf } from './text-of.ts';

function makeSweep(saved: readonly (SavedRun | undefined)[], changes: Partial<SavedSweep> = {}): SavedSweep {
  return {
    schemaVersion: 1,
    sweep: 'sweep-1',
    file: 'scenarios/file-sharing.yaml',
    startedAt: '2026-03-02T09:30:00.000Z',
    planned: saved.length,
    path: 'runs/sweep-1',
    saved,
    runs: saved.map((run) => ({
      set: {},
      folder: `../${run?.id ?? 'lost'}`,
      outcome: 'completed',
      exitCode: 0,
    })),
    ...changes,
  };
}

const files = (['client-server', 'peer-to-peer', 'hybrid'] as const).flatMap((topology) =>
  [2, 8].map((nodes) => makeFileRun({ topology, nodes })),
);

describe('a sweep', () => {
  test('of topologies and sizes has a line for each topology over the number of nodes', () => {
    const facts = sweepFacts(makeSweep(files));
    expect(facts.axis).toBe('nodes');
    expect(facts.varied).toEqual(['topology', 'nodes']);
    expect(facts.series).toEqual(['client-server', 'peer-to-peer', 'hybrid']);
    expect(facts.figures.map(({ id }) => id)).toEqual([
      'distribution-time',
      'throughput',
      'bound-share',
      'from-servers',
    ]);
    expect(facts.rows.map(({ boundSeconds }) => boundSeconds)).toEqual([16, 64, 8, 8, 8, 8]);
  });

  test('of servers has the rates that they served', () => {
    const runs = [1, 2].map((size) => makeSavedRun({ scenario: makeScenario({ parameters: { size } }) }));
    const facts = sweepFacts(makeSweep(runs));
    expect([facts.axis, facts.series]).toEqual(['size', ['measured']]);
    expect(facts.figures.map(({ id }) => id)).toEqual(['served', 'latency']);
  });

  test('of peers has how fast messages spread and how long until all were connected', () => {
    const runs = [6, 12].map((nodes) => {
      const run = makeMessageRun(nodes);
      return { ...run, scenario: { ...run.scenario, parameters: { nodes } } };
    });
    expect(sweepFacts(makeSweep(runs)).figures.map(({ id }) => id)).toEqual(['propagation', 'connected']);
  });

  test('is reported with what changed, measured beside bound, and a link to every run', () => {
    const report = renderSweepReport(makeSweep(files));
    const text = textOf(report);
    expect(text).toContain(
      'client-server: distribution time went from 16.3 s (nodes 2) to 65.3 s (nodes 8), 4 times.',
    );
    expect(text).toContain('peer-to-peer, bound');
    expect(report.match(/<svg class="chart wide"/g)).toHaveLength(4);
    for (const { id } of files) expect(report).toContain(`href="../${id}/report.html"`);
    expect(renderSweepReport(makeSweep(files)) === report).toBe(true);
    expect(report.match(/<script|<link|<img|@import|src=/)).toBeNull();
  });

  test('that was interrupted, or lost a run, says so', () => {
    const text = textOf(renderSweepReport(makeSweep([...files, undefined], { planned: 9 })));
    expect(text).toContain('Only 7 of 9 runs were made: it was interrupted.');
    expect(text).toContain('Of 1 run the folder can’t be read.');
  });

  test('without any number that was varied has a table, and says that nothing can be drawn', () => {
    const runs = [files[0], files[2]];
    const text = textOf(renderSweepReport(makeSweep(runs)));
    expect(text).toContain('No number was varied');
    expect(text).toContain('client-server passed');
  });
});

describe('a folder of a sweep', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'topolab-sweep-'));
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  test('and those of its runs are enough to report it again', async () => {
    const folder = await SweepFolder.create(root, {
      sweep: 'sweep-1',
      file: 'x.yaml',
      startedAt: '2026-03-02T09:30:00.000Z',
      planned: 2,
    });
    for (const run of files.slice(0, 2)) {
      const path = await writeSavedRun(root, run);
      await folder.add({ set: { nodes: '2' }, folder: path, outcome: 'completed', exitCode: 0 });
    }
    const read = await readSweep(folder.path);
    expect(read?.runs.map((run) => run.folder)).toEqual(files.slice(0, 2).map(({ id }) => `../${id}`));
    expect(read?.saved.every((run) => run !== undefined)).toBe(true);
    expect(await writeSweep(folder.path)).toBe(true);
    expect((await stat(join(folder.path, 'report.html'))).size).toBeGreaterThan(10_000);
  });

  test('is told from one of a run', async () => {
    const first = files[0];
    if (first === undefined) throw new Error('no run');
    expect(await writeSweep(await writeSavedRun(root, first))).toBe(false);
  });
});
