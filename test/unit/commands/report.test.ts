import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { reportCommand } from '../../../orchestrator/commands/report.ts';
import { type SweptRun, SweepFolder } from '../../../orchestrator/record/folder/sweep.ts';
import { StudyFolder } from '../../../orchestrator/study/study-folder.ts';
import { makeSavedRun, makeVerdict, writeSavedRun } from '../../fixtures/make-saved-run.ts';
import { makeStudy } from '../../fixtures/make-study.ts';
import { suitesOf } from '../report/suites-of.ts';

async function workshop() {
  const root = await mkdtemp(join(tmpdir(), 'topolab-report-'));
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  onTestFinished(async () => {
    out.mockRestore();
    err.mockRestore();
    await rm(root, { recursive: true });
  });
  const textOf = (spy: typeof out) => spy.mock.calls.map(([text]) => String(text)).join('');
  const files = { junit: join(root, 'new/folder/junit.xml'), markdown: join(root, 'summary.md') };
  return { root, files, printed: () => textOf(out), complained: () => textOf(err) };
}

test('a run is reported again, with the files for pipelines', async () => {
  const { root, files, printed } = await workshop();
  expect(await reportCommand(await writeSavedRun(root, makeSavedRun()), files)).toBe(3);
  expect(suitesOf(await readFile(files.junit, 'utf8'))).toHaveLength(1);
  expect(await readFile(files.markdown, 'utf8')).toContain('## ✗ Failed');
  expect(printed()).toContain('report.html');
});

test('a file for pipelines that can not be written is a mistake of the command', async () => {
  const { root } = await workshop();
  const folder = await writeSavedRun(root, makeSavedRun());
  await expect(reportCommand(folder, { junit: '/proc/nope' })).rejects.toMatchObject({
    code: 'file-not-written',
    exitCode: 2,
    message: 'write the file /proc/nope: nothing can be made there',
  });
});

describe('a sweep', () => {
  async function sweepOf(root: string, exitCodes: readonly number[], planned = exitCodes.length) {
    const head = { sweep: 'sweep-1', file: 'x.yaml', startedAt: '2026-03-02T09:30:00.000Z', planned };
    const folder = await SweepFolder.create(root, head);
    for (const [nth, exitCode] of exitCodes.entries()) {
      const verdict = makeVerdict({ outcome: exitCode === 0 ? 'pass' : 'fail', exitCode });
      const run = { ...makeSavedRun({ verdict }), id: `run-${nth}` };
      const swept: SweptRun = {
        set: { nodes: String(nth) },
        folder: await writeSavedRun(root, run),
        outcome: 'completed',
        exitCode,
      };
      await folder.add(swept);
    }
    return folder.path;
  }

  test.each([
    [[0, 0], 2, 0],
    [[0, 3, 0], 3, 3],
    [[4, 3], 2, 4],
    [[0, 0], 3, 130],
  ])(
    'whose runs ended with %j of %d ends with %d, and has a suite for each run, and one where runs are missing',
    async (codes, planned, code) => {
      const { root, files, printed } = await workshop();
      const path = await sweepOf(root, codes, planned);
      expect(await reportCommand(path, files)).toBe(code);
      expect(suitesOf(await readFile(files.junit, 'utf8'))).toHaveLength(
        codes.length + (planned > codes.length ? 1 : 0),
      );
      // What they come to together stands first.
      expect((await readFile(files.markdown, 'utf8')).match(/^## /gm)).toHaveLength(codes.length + 1);
      expect(printed()).toContain(join(path, 'report.html'));
    },
  );

  test('names a run that can not be read any more, and counts its exit code', async () => {
    const { root, files, complained } = await workshop();
    const path = await sweepOf(root, [0, 3]);
    await rm(join(root, 'run-1'), { recursive: true });
    expect(await reportCommand(path, files)).toBe(3);
    const suites = suitesOf(await readFile(files.junit, 'utf8'));
    expect(suites).toHaveLength(2);
    expect(suites[1]?.testcase[0]?.error?.message).toBe('of 1 run the folder can’t be read');
    expect(complained()).toContain(`${join(root, 'run-1')} can't be read`);
  });
});

describe('a study', () => {
  async function studyIn(root: string, study: ReturnType<typeof makeStudy>): Promise<StudyFolder> {
    const folder = await StudyFolder.create(root, study.description);
    for (const probe of study.probes) folder.addProbe(probe);
    return folder;
  }

  test('is reported again, with the files for pipelines and its exit code', async () => {
    const { root, files, printed } = await workshop();
    const study = makeStudy({ failureCheck: { outcome: 'missed' } });
    const folder = await studyIn(root, study);
    await folder.write('answer.json', study.answer);
    expect(await reportCommand(folder.path, files)).toBe(3);
    expect(await readFile(join(folder.path, 'report.html'), 'utf8')).toContain('4 servers for 300/s');
    expect(suitesOf(await readFile(files.junit, 'utf8'))[0]).toMatchObject({ tests: '6', failures: '1' });
    expect(await readFile(files.markdown, 'utf8')).toContain('## ❌ 4 servers for 300/s');
    expect(printed()).toContain('N+1 checked: missed.');
  });

  test('without an answer yet says how to go on', async () => {
    const { root } = await workshop();
    const folder = await studyIn(root, makeStudy());
    await expect(reportCommand(folder.path, {})).rejects.toMatchObject({
      code: 'study-unfinished',
      exitCode: 2,
      hint: `Continue with: topolab capacity --resume ${folder.path}`,
    });
  });
});
