import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeSweep } from '../../../orchestrator/commands/report.ts';
import { readSweep, type SavedSweep, SweepFolder } from '../../../orchestrator/record/folder/sweep.ts';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { renderSweepReport as renderFacts } from '../../../orchestrator/report/render-sweep.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';
import { renderJunit } from '../../../orchestrator/report/junit.ts';
import { renderSweepMarkdown } from '../../../orchestrator/report/sweep/sweep-markdown.ts';
import { sweepSummary } from '../../../orchestrator/report/sweep/sweep-summary.ts';
import { sweepFindings } from '../../../orchestrator/report/sweep/sweep-words.ts';
import { sweepJson } from '../../../orchestrator/report/sweep/sweep-json.ts';
import { sweepFacts } from '../../../orchestrator/report/sweep/sweep-facts.ts';
import { makeFileRun, makeMessageRun } from '../../fixtures/make-peer-run.ts';
import { makeSavedRun, makeScenario, makeVerdict, writeSavedRun } from '../../fixtures/make-saved-run.ts';
import { suitesOf } from './suites-of.ts';
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

function renderSweepReport(sweep: SavedSweep): string {
  return renderFacts(sweepFacts(sweep));
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

  test('leaves a warm-up out, however much was served in it', () => {
    const run = makeSavedRun();
    const phases = run.plan.phases.map((phase) =>
      phase.name === 'four-servers' ? { ...phase, warmUp: true as const } : phase,
    );
    const facts = sweepFacts(makeSweep([run, { ...run, plan: { ...run.plan, phases } }]));
    expect(facts.rows.map(({ figures }) => [figures.served, figures.latency])).toEqual([
      [269.4, 83.4],
      [161, 640],
    ]);
  });

  test('of peers has how fast messages spread and how long until all were connected', () => {
    const runs = [6, 12].map((nodes) => {
      const run = makeMessageRun(nodes);
      return { ...run, scenario: { ...run.scenario, parameters: { nodes } } };
    });
    expect(sweepFacts(makeSweep(runs)).figures.map(({ id }) => id)).toEqual([
      'fault-served',
      'recovered',
      'propagation',
      'connected',
    ]);
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

  test.each<[string, Partial<SavedSweep>, string | undefined]>([
    ['is whole', {}, undefined],
    ['was interrupted', { planned: 9 }, '6 of 9 runs were made: it was interrupted'],
    [
      'had no time for some values',
      { planned: 9, withinMs: 60_000, combinations: [{}, { nodes: '16' }] },
      '6 of 9 runs were made: there was no time for some values',
    ],
    ['had no time for more repetitions', { planned: 9, withinMs: 60_000, combinations: [{}] }, undefined],
  ])('that %s has a JUnit file with an error where runs are missing', (_, changes, message) => {
    const facts = sweepFacts(makeSweep(files, changes));
    const suites = suitesOf(renderJunit(files.map(makeRunReport), facts));
    expect(suites).toHaveLength(message === undefined ? 6 : 7);
    expect(suites[6]?.testcase[0]?.error?.message).toBe(message);
  });

  test('without any number that was varied has a bar for each word, and a sentence that compares them', () => {
    const runs = [files[0], files[2], files[4]];
    const report = renderSweepReport(makeSweep(runs));
    const text = textOf(report);
    expect(report.match(/<svg class="chart narrow"/g)).toHaveLength(4);
    expect(text).toContain(
      'Distribution time: hybrid has the best, 9.06 s, against 10 s with peer-to-peer (a factor of 1.11) and',
    );
    expect(text).not.toContain('Share of the bound: client-server has the best');
    expect(text).toContain(
      'Single runs can’t show that a difference is more than chance; 5 of each could (--repeat 5).',
    );
    expect(text).toContain(
      'What a run took on average: bytes from servers (client-server 128 MiB, peer-to-peer 0 B, hybrid',
    );
  });
});

/** `trials` runs of each topology in turn; the n-th of a topology takes `seconds(topology, n)`. */
function repeated(
  trials: number,
  seconds: (topology: 'client-server' | 'peer-to-peer', nth: number) => number,
): SavedSweep {
  const topologies = ['peer-to-peer', 'client-server'] as const;
  const runs = Array.from({ length: trials }, (_, nth) =>
    topologies.map((topology) => {
      const run = makeFileRun({ topology, nodes: 2 });
      const panels = run.samples?.panels ?? {};
      const times = (panels['file-download-time'] ?? []).map((series) => ({
        ...series,
        points: series.points.map(([at]) => [at, seconds(topology, nth)] as const),
      }));
      const samples = { stepSeconds: 1, panels: { ...panels, 'file-download-time': times } };
      return { ...run, id: `${run.id}-${nth}`, samples };
    }),
  ).flat();
  const sweep = makeSweep(runs);
  return {
    ...sweep,
    combinations: [{ topology: 'client-server' }, { topology: 'peer-to-peer' }],
    runs: sweep.runs.map((run, nth) => ({
      ...run,
      set: { topology: topologies[nth % 2] ?? '' },
      trial: Math.floor(nth / 2) + 1,
    })),
  };
}

describe('a repeated sweep over a word', () => {
  const apart = repeated(5, (topology, nth) => (topology === 'client-server' ? 16 : 8) + nth / 10);
  const alike = repeated(
    5,
    (topology, nth) => 8 + ((nth * 3) % 5) + (topology === 'client-server' ? 0.1 : 0),
  );

  test('says who is ahead, by what factor, and that it is beyond chance', () => {
    const { sentences, remarks } = sweepFindings(sweepFacts(apart));
    // 2 of 252 divisions of ten runs are as extreme.
    expect(sentences[0]).toBe(
      'Distribution time: peer-to-peer is ahead with 8.2 s, against 16.2 s with client-server (a factor of 1.98, beyond chance, p = 0.0079).',
    );
    expect(sentences.at(-1)).toContain(
      'What a run took on average: bytes from servers (client-server 128 MiB, peer-to-peer 0 B)',
    );
    expect(remarks).toEqual([]);
  });

  test('of runs that differ by chance calls nobody ahead', () => {
    const [first] = sweepFindings(sweepFacts(alike)).sentences;
    expect(first).toContain('can be chance');
    expect(first).not.toContain('is ahead');
  });

  test('keeps the words in the order in which they were given, whatever order was drawn for the runs', () => {
    expect(sweepFacts(apart).series).toEqual(['client-server', 'peer-to-peer']);
  });

  test('leaves runs that are not valid out of every comparison, and says so', () => {
    const saved = apart.saved.map((run, nth) =>
      run?.verdict === undefined || nth > 1
        ? run
        : { ...run, verdict: { ...run.verdict, outcome: 'invalid' as const } },
    );
    const facts = sweepFacts({ ...apart, saved });
    const { remarks } = sweepFindings(facts);
    expect(remarks).toEqual(['2 runs ended without a valid measurement: in the table, but not compared.']);
    expect(facts.rows).toHaveLength(10);
  });

  test('does not let who comes to it in one run of five be ahead by that run', () => {
    const saved = apart.saved.map((run, nth) => {
      if (run?.samples === undefined || nth % 2 === 1 || nth === 0) return run;
      // The last node never had the file.
      const { 'file-download-time': _, ...panels } = run.samples.panels;
      return { ...run, samples: { ...run.samples, panels } };
    });
    const facts = sweepFacts({ ...apart, saved });
    const times = facts.rows.map(({ figures }) => figures['distribution-time']);
    expect(times.filter((time) => time === null)).toHaveLength(4);
    expect(sweepFindings(facts).sentences.join(' ')).not.toMatch(/Distribution time: peer-to-peer/);
  });

  test('is told alike in the terminal, in Markdown, in JSON and on the page', () => {
    const facts = sweepFacts(apart);
    const lines = sweepSummary(facts, { colour: false, width: 400 });
    const markdown = renderSweepMarkdown(facts);
    const json = sweepJson(facts) as { readonly figures: readonly { readonly cells: readonly unknown[] }[] };
    const [sentence = ''] = sweepFindings(facts).sentences;
    expect(lines).toContain(sentence);
    expect(markdown).toContain(sentence);
    expect(textOf(renderFacts(facts))).toContain(sentence);
    expect(json).toMatchObject({ schemaVersion: 1, axis: null });
    expect(json.figures[0]?.cells[0]).toMatchObject({
      series: 'client-server',
      place: null,
      trials: [16, 16.1, 16.2, 16.3, 16.4],
    });
  });
});

describe('a latency of which only the least is known, as too many were never answered', () => {
  /** Six runs of each number of nodes; with 2 nodes all answers came in time. */
  const saved = [2, 3].flatMap((nodes) =>
    Array.from({ length: 6 }, (_, nth) => {
      const { phases, ...verdict } = makeVerdict();
      const slow = phases.map((phase) => ({
        ...phase,
        p95Ms: nodes === 2 ? 12_000 + nth : 9500,
        ...(nodes === 3 && { atLeast: ['p95', 'p99'] as const }),
      }));
      return makeSavedRun({
        id: `${nodes}-${nth}`,
        scenario: makeScenario({ parameters: { kind: `with${nodes}` } }),
        verdict: { ...verdict, phases: slow },
      });
    }),
  );
  const facts = sweepFacts(makeSweep(saved));

  test('is shown as such, and is ahead of nobody', () => {
    const latencies = facts.rows.map(({ figures }) => figures.latency);
    expect(latencies.filter((latency) => latency === null)).toHaveLength(6);
    expect(Math.min(...latencies.flatMap((latency) => latency ?? []))).toBe(12_000);
    expect(textOf(renderFacts(facts))).toContain('≥ 9.5 s');
    expect(sweepFindings(facts).sentences.join(' ')).not.toMatch(/Latency p95/);
    expect(sweepJson(facts)).toMatchObject({ runs: { 11: { atLeast: { latency: 9500 } } } });
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
    expect((await writeSweep(folder.path))?.rows).toHaveLength(2);
    expect((await stat(join(folder.path, 'report.html'))).size).toBeGreaterThan(10_000);
  });

  test('is told from one of a run', async () => {
    const first = files[0];
    if (first === undefined) throw new Error('no run');
    expect(await writeSweep(await writeSavedRun(root, first))).toBeUndefined();
  });
});
