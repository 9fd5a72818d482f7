import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { readRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { linesOf, makeRecorder, scenarioOf } from '../run/make-run.ts';

/** A folder with what every run has from its start. */
async function makeFolder() {
  const run = await makeRecorder();
  const scenario = scenarioOf();
  await run.folder.write('scenario.json', scenario);
  await run.folder.write('plan.json', makePlan(scenario));
  return { ...run, scenario };
}

describe('the recorder', () => {
  it('has each event on disk and told to followers when it returns', async () => {
    const { recorder, folder, events } = await makeRecorder();
    recorder.warn('careful');
    expect(linesOf(folder).map((line) => JSON.parse(line) as unknown)).toEqual(events);
    expect(events).toMatchObject([{ type: 'warning', message: 'careful', offsetMs: null }]);
  });

  it('tells followers of what it can’t write, and fails; a warning fails nothing', async () => {
    const { recorder, folder, events } = await makeRecorder();
    mkdirSync(join(folder.path, 'events.ndjson'));
    expect(() => recorder.record({ type: 'load-started' })).toThrow(
      expect.objectContaining({ code: 'run-not-written', message: expect.stringContaining(folder.path) }),
    );
    recorder.warn('careful');
    expect(events.map(({ type }) => type)).toEqual(['load-started', 'warning']);
  });

  it('counts offsets from the start of the load on', async () => {
    const { recorder, events } = await makeRecorder();
    expect(recorder.offsetMs).toBeNull();
    recorder.startClock(Date.now() - 5000);
    recorder.record({ type: 'load-started' });
    expect(events[0]?.offsetMs).toBeGreaterThanOrEqual(5000);
    expect(events[0]?.offsetMs).toBeLessThan(7000);
  });

  it('records the end of a step only where it succeeded', async () => {
    const { recorder, events } = await makeRecorder();
    expect(await recorder.step('fine', async () => 7)).toBe(7);
    await expect(recorder.step('broken', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(events.map(({ type }) => type)).toEqual(['step-started', 'step-finished', 'step-started']);
  });
});

describe('a run folder', () => {
  it('gives back what was written, and undefined for what was not reached', async () => {
    const { folder, scenario, recorder } = await makeFolder();
    recorder.record({ type: 'load-started' });
    await folder.writeText('k6/users-k6-1.json', '{"metrics":{}}');
    const saved = await readRun(folder.path);
    expect(saved.scenario).toEqual(scenario);
    expect(saved.events.map(({ type }) => type)).toEqual(['load-started']);
    expect(saved.k6Summaries).toEqual({ 'users-k6-1': { metrics: {} } });
    expect([saved.verdict, saved.samples]).toEqual([undefined, undefined]);
  });

  it('leaves out the torn last line of a run that was killed', async () => {
    const { folder, recorder } = await makeFolder();
    recorder.warn('whole');
    appendFileSync(join(folder.path, 'events.ndjson'), '{"type":"warning","mess');
    expect((await readRun(folder.path)).events).toHaveLength(1);
  });

  it('writes documents whole: no reader finds half of one, nor takes what was left of it', async () => {
    const { folder } = await makeFolder();
    await folder.writeText('k6/users-k6-1.json', '{}');
    writeFileSync(join(folder.path, 'k6/users-k6-2.json.partial'), '{"met');
    writeFileSync(join(folder.path, 'verdict.json.partial'), '{"outc');
    const saved = await readRun(folder.path);
    expect(Object.keys(saved.k6Summaries)).toEqual(['users-k6-1']);
    expect(saved.verdict).toBeUndefined();
    expect(readdirSync(folder.path).filter((name) => name === 'plan.json.partial')).toEqual([]);
  });

  it('gives null for a summary of which a killed generator left half', async () => {
    const { folder } = await makeFolder();
    await folder.writeText('k6/users-k6-1.json', '{"metrics":{"http');
    expect((await readRun(folder.path)).k6Summaries).toEqual({ 'users-k6-1': null });
  });

  it('is told from any other folder', async () => {
    const { folder } = await makeRecorder();
    await expect(readRun(folder.path)).rejects.toMatchObject({ code: 'not-a-run', exitCode: 2 });
    expect(existsSync(join(folder.path, 'logs'))).toBe(true);
  });

  it('names the document that is not what it should be', async () => {
    const { folder } = await makeFolder();
    writeFileSync(join(folder.path, 'verdict.json'), 'nonsense');
    await expect(readRun(folder.path)).rejects.toThrow(/verdict\.json: .*not JSON/);
  });
});
