import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { StudyFolder, type StudyProbe } from '../../../orchestrator/study/study-folder.ts';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'topolab-unit-'));
});

const probe = (rate: number) => ({ rate, size: 1, outcome: 'held', startedAtMs: 1 }) as StudyProbe;

describe('the folder of a study', () => {
  it('gives back what was added to it, and nothing where nothing was', async () => {
    const folder = new StudyFolder(path);
    expect(await folder.probes()).toEqual([]);
    folder.addProbe(probe(10));
    folder.addProbe(probe(20));
    folder.addNodeStart({ size: 1, group: 'servers', tookMs: 700 });
    expect(await folder.probes()).toEqual([probe(10), probe(20)]);
    expect(await folder.nodeStarts()).toEqual([{ size: 1, group: 'servers', tookMs: 700 }]);
  });

  it.each([`${JSON.stringify(probe(10))}\n`, ''])(
    'goes on where a killed session tore the line after %j',
    async (whole) => {
      appendFileSync(join(path, 'probes.ndjson'), `${whole}{"rate":15,"outc`);
      const before = whole === '' ? [] : [probe(10)];
      const folder = new StudyFolder(path);
      expect(await folder.probes()).toEqual(before);
      folder.addProbe(probe(20));
      folder.addProbe(probe(30));
      expect(await folder.probes()).toEqual([...before, probe(20), probe(30)]);
    },
  );

  it.each(['{"study":"x","quest', '[]', 'null', '{"study":"x"}'])(
    'is refused by name where study.json holds %j',
    async (text) => {
      writeFileSync(join(path, 'study.json'), text);
      await expect(new StudyFolder(path).description()).rejects.toMatchObject({
        code: 'folder-damaged',
        exitCode: 2,
        message: expect.stringContaining('study.json'),
      });
    },
  );

  it('is refused by name and line where a probe in the middle is damaged', async () => {
    writeFileSync(
      join(path, 'probes.ndjson'),
      `${JSON.stringify(probe(10))}\n{"rate":\n${JSON.stringify(probe(20))}\n`,
    );
    await expect(new StudyFolder(path).probes()).rejects.toMatchObject({
      code: 'folder-damaged',
      message: expect.stringContaining('probes.ndjson:2'),
    });
  });

  it('says so where it can’t be read, instead of beginning anew', async () => {
    mkdirSync(join(path, 'probes.ndjson'));
    await expect(new StudyFolder(path).probes()).rejects.toMatchObject({ code: 'study-unreadable' });
  });
});
