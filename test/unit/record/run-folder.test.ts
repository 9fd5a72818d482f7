import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { readRun, RunFolder } from '../../../orchestrator/record/folder/run-folder.ts';
import { makeSavedRun, writeSavedRun } from '../../fixtures/make-saved-run.ts';

function root(): string {
  const path = mkdtempSync(join(tmpdir(), 'topolab-unit-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('a folder hands back what a reader would read from it, without what was hidden', async () => {
  const folder = await RunFolder.create(root(), 'r1', (text) => text.replaceAll('hunter22', '(hidden)'));
  const { scenario, plan, samples, events } = makeSavedRun();
  await folder.write('scenario.json', { ...scenario, description: 'opens with hunter22' });
  await folder.write('plan.json', plan);
  if (samples !== undefined) await folder.write('metrics.json', samples);
  // Its first event names another run.
  for (const event of events.slice(1)) folder.event(event);
  await folder.writeText('k6/users-1.json', '{"metrics": {"hunter22": 1}}');
  await folder.writeText('k6/users-2.json', '{"metrics": ');
  const saved = folder.saved();
  expect({ ...saved, id: folder.path }).toEqual(await readRun(folder.path));
  expect(saved.scenario.description).toBe('opens with (hidden)');
  expect(saved.k6Summaries).toEqual({ 'users-1': { metrics: { '(hidden)': 1 } }, 'users-2': null });
});

test('what a folder handed back stays as it was', async () => {
  const folder = await RunFolder.create(root(), 'r1');
  await folder.write('scenario.json', makeSavedRun().scenario);
  await folder.write('plan.json', makeSavedRun().plan);
  const before = folder.saved();
  folder.event({ type: 'load-started', atMs: 1, offsetMs: 0 });
  expect([before.events.length, folder.saved().events.length]).toEqual([0, 1]);
});

test('summaries of generators are in the order of their names, whichever was kept first', async () => {
  const folder = await RunFolder.create(root(), 'r1');
  await folder.write('scenario.json', makeSavedRun().scenario);
  await folder.write('plan.json', makeSavedRun().plan);
  for (const nth of [10, 2, 1]) await folder.writeText(`k6/users-k6-${nth}.json`, '{}');
  const order = ['users-k6-1', 'users-k6-2', 'users-k6-10'];
  expect(Object.keys(folder.saved().k6Summaries)).toEqual(order);
  expect(Object.keys((await readRun(folder.path)).k6Summaries)).toEqual(order);
});

test('a folder says its version, and one without is read as an earlier one', async () => {
  const run = makeSavedRun();
  const path = await writeSavedRun(root(), run);
  expect(JSON.parse(readFileSync(join(path, 'run.json'), 'utf8'))).toEqual({ schemaVersion: 4, run: run.id });
  const read = await readRun(path);
  rmSync(join(path, 'run.json'));
  expect((await readRun(path)).plan.actions).toEqual(read.plan.actions);
});

test.each([
  [
    'of a later version',
    '{"schemaVersion": 5, "run": "r1"}',
    'folder-newer',
    /form 5; this one reads up to 4/,
  ],
  ['that is damaged', '{"schemaVersion": "two"', 'folder-damaged', /run\.json: .* cut off, or not JSON/],
])('a folder %s is refused in words', async (_, text, code, message) => {
  const path = await writeSavedRun(root(), makeSavedRun());
  writeFileSync(join(path, 'run.json'), text);
  await expect(readRun(path)).rejects.toMatchObject({
    code,
    exitCode: 2,
    message: expect.stringMatching(message),
  });
});

test('actions stand once in a folder, and whoever reads it has them in its events', async () => {
  const run = makeSavedRun();
  const path = await writeSavedRun(root(), run);
  const isOfAction = ({ type }: { type: string }) => type.startsWith('action-');
  const written = readFileSync(join(path, 'events.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
    .filter(isOfAction);
  expect(written.length).toBeGreaterThan(0);
  expect(written.every((event) => 'action' in event && /^"a\d+"$/.test(JSON.stringify(event.action)))).toBe(
    true,
  );
  expect((await readRun(path)).events.filter(isOfAction)).toEqual(run.events.filter(isOfAction));
});

test('a folder of version 3, whose events have whole actions, is read as it was', async () => {
  const run = makeSavedRun();
  const path = await writeSavedRun(root(), run);
  const read = await readRun(path);
  writeFileSync(join(path, 'run.json'), '{"schemaVersion": 3, "run": "r1"}');
  writeFileSync(
    join(path, 'events.ndjson'),
    run.events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  );
  expect((await readRun(path)).events).toEqual(read.events);
});

test('an event of an action that the plan does not have is refused with its line', async () => {
  const path = await writeSavedRun(root(), makeSavedRun());
  writeFileSync(
    join(path, 'events.ndjson'),
    '{"type":"action-started","action":"a99","atMs":1,"offsetMs":1}\n',
  );
  await expect(readRun(path)).rejects.toMatchObject({
    code: 'folder-damaged',
    message: expect.stringContaining('events.ndjson:1'),
  });
});
