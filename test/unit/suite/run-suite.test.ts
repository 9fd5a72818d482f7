import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingTrials, runSuite, type SuiteProgress } from '../../../orchestrator/suite/run-suite.ts';
import { SuiteFolder, type SuiteTrial } from '../../../orchestrator/suite/suite-folder.ts';
import { makeSuite, makeSuiteRun, scenarioOf } from './make-suite.ts';

const suite = makeSuite({ scenarios: [scenarioOf('work', 2), scenarioOf('files', 1)] });
const run = makeSuiteRun(suite);
const named = ({ scenario, column, trial }: SuiteTrial) => `${scenario} ${column} ${trial}`;

describe('running a suite', () => {
  let root: string;
  let folder: SuiteFolder;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'topolab-suite-'));
    folder = await SuiteFolder.create(root, run);
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  /** Stops after `most` trials as a signal would; the trials in `invalid` can't be believed at their first try. */
  async function go(most = 100, invalid: readonly string[] = []) {
    const conducted: string[] = [];
    const seen: SuiteProgress[] = [];
    const running = runSuite({
      folder,
      run,
      onProgress: (progress) => seen.push(progress),
      conduct: (_, trial) => {
        if (conducted.length === most) throw new Error('interrupted');
        conducted.push(named(trial));
        const again = trial.attempt === 1 && invalid.includes(named(trial));
        return Promise.resolve({
          folder: 'x',
          exitCode: again ? 4 : 0,
          invalid: again ? ['The host was full.'] : [],
        });
      },
    });
    return { conducted, seen, error: await running.then(() => undefined, String) };
  }

  test('makes every trial once, in rounds', async () => {
    const { conducted, error } = await go();
    expect(error).toBeUndefined();
    expect(conducted).toHaveLength(6);
    expect(new Set(conducted).size).toBe(6);
    expect(conducted.slice(4).every((each) => each.startsWith('work') && each.endsWith('2'))).toBe(true);
  });

  test('goes on where it was interrupted, and makes no trial twice', async () => {
    const first = await go(3);
    expect(first.error).toContain('interrupted');
    const second = await go();
    expect(second.conducted).toHaveLength(3);
    expect(new Set([...first.conducted, ...second.conducted]).size).toBe(6);
  });

  test('tries once more, at the end, what had no valid measurement', async () => {
    const { conducted } = await go(100, ['work peer-to-peer 1']);
    expect(conducted).toHaveLength(7);
    expect(conducted.at(-1)).toBe('work peer-to-peer 1');
    expect(missingTrials(run, await folder.trials())).toEqual([]);
  });

  test('tells how many trials are done, of how many', async () => {
    const { seen } = await go();
    expect(seen[0]).toMatchObject({ done: 0, known: 6, leftMs: undefined });
    expect(seen.at(-1)).toMatchObject({ done: 6, known: 6 });
  });

  test('refuses a folder that is none of a suite', async () => {
    await expect(new SuiteFolder(root).study()).rejects.toMatchObject({ code: 'not-a-study', exitCode: 2 });
    expect(await SuiteFolder.is(folder.path)).toBe(true);
    expect(await folder.study()).toEqual(run);
  });
});
