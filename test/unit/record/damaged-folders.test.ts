// What `report` and `compare` say of folders that were cut short, changed, or made by somebody else.
import { cpSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRandom } from '../../../orchestrator/capacity/random.ts';
import { compareCommand } from '../../../orchestrator/commands/compare.ts';
import { reportCommand } from '../../../orchestrator/commands/report.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { makeSavedRun, writeSavedRun } from '../../fixtures/make-saved-run.ts';

let folder: string;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  folder = await writeSavedRun(mkdtempSync(join(tmpdir(), 'topolab-damaged-')), makeSavedRun());
});

afterEach(() => vi.restoreAllMocks());

const needed = ['scenario.json', 'plan.json', 'metrics.json', 'verdict.json', 'events.ndjson'];

describe.each(needed)('a run whose %s', (name) => {
  test.each([
    [
      'is cut off in the middle',
      (path: string) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
    ],
    ['is bytes', (path: string) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0, 1, 0x0a, 0x80, 0x0a]))],
    ['is an empty list', (path: string) => writeFileSync(path, '[]\n')],
    ['is null', (path: string) => writeFileSync(path, 'null\n')],
    ['is a number', (path: string) => writeFileSync(path, '7\n')],
    ['is an empty object', (path: string) => writeFileSync(path, '{}\n')],
  ])('%s is refused by name, with exit code 2', async (_what, damage) => {
    damage(join(folder, name));
    // Only the event log may end anywhere: a killed run leaves a torn last line.
    if (name === 'events.ndjson' && readFileSync(join(folder, name)).length > 100) return;
    await expect(reportCommand(folder, {})).rejects.toMatchObject({
      code: 'folder-damaged',
      exitCode: 2,
      message: expect.stringContaining(name),
    });
    await expect(compareCommand([folder, folder], { failOn: 'none', tolerance: 0.05 })).rejects.toMatchObject(
      { code: 'folder-damaged', exitCode: 2 },
    );
  });
});

test.each([
  ['a fault without its nodes', { type: 'fault-began', fault: 'f1', kind: 'kill' }, 'nodes: '],
  ['the end of a load without generators', { type: 'load-ended' }, 'generators: '],
  [
    'a network whose edges are no pairs',
    { type: 'network-seen', nodes: ['a'], edges: [['a']], silent: [] },
    'edges.0',
  ],
  ['a node without its group', { type: 'node-ready', node: 'servers-1', tookMs: 7 }, 'group: '],
])('an event log with %s is refused, with its line and field', async (_what, event, field) => {
  const path = join(folder, 'events.ndjson');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeFileSync(path, `${[...lines, JSON.stringify({ ...event, atMs: 1, offsetMs: 1 })].join('\n')}\n`);
  await expect(reportCommand(folder, {})).rejects.toMatchObject({
    code: 'folder-damaged',
    message: expect.stringContaining(`events.ndjson:${lines.length + 1}: `),
  });
  await expect(reportCommand(folder, {})).rejects.toThrow(field);
});

test('an event of a kind that a later version has added is left alone', async () => {
  const path = join(folder, 'events.ndjson');
  const event = { type: 'node-painted', colour: 7, atMs: 1, offsetMs: 1 };
  writeFileSync(path, `${readFileSync(path, 'utf8')}${JSON.stringify(event)}\n`);
  await expect(reportCommand(folder, {})).resolves.not.toThrow();
});

test('whatever is missing or of another kind, anywhere in it, the answer is a report or a refusal in words', async () => {
  const seed = 20_261_129;
  const random = createRandom(seed).uniform;
  const refused = new Set<string>();
  for (let round = 0; round < 25; round++) {
    const copy = `${folder}-${round}`;
    cpSync(folder, copy, { recursive: true });
    const name = needed[Math.floor(random() * 4)] ?? '';
    const path = join(copy, name);
    const document = JSON.parse(readFileSync(path, 'utf8')) as unknown;
    damageSomewhere(document, random);
    writeFileSync(path, JSON.stringify(document));
    try {
      await reportCommand(copy, {});
    } catch (error) {
      expect(error, `seed ${seed}, round ${round}, ${name}`).toBeInstanceOf(TopolabError);
      refused.add(name);
    }
  }
  expect(refused.size).toBeGreaterThan(0);
}, 60_000);

/** Removes or replaces one value at a place that is chosen by chance. */
function damageSomewhere(value: unknown, random: () => number): void {
  let at = value;
  for (;;) {
    if (typeof at !== 'object' || at === null) return;
    const keys = Object.keys(at);
    const key = keys[Math.floor(random() * keys.length)];
    if (key === undefined) return;
    const inner: unknown = Reflect.get(at, key);
    if (typeof inner === 'object' && inner !== null && random() < 0.75) {
      at = inner;
      continue;
    }
    const instead = [undefined, null, [], {}, 'text', -1, 1e300][Math.floor(random() * 7)];
    Reflect.set(at, key, instead);
    return;
  }
}
