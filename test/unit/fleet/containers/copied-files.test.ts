import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readCopies } from '../../../../orchestrator/fleet/containers/copied-files.ts';
import type { Copy, Group } from '../../../../orchestrator/scenario/groups/group.ts';
import {
  type ContainerSettings,
  ordinaryContainer,
} from '../../../../orchestrator/scenario/groups/group-common.ts';
import { scenarioOf } from '../../run/make-run.ts';

const owner = { user: 1000, group: 1000 };

function folderWith(files: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'topolab-copies-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
  return folder;
}

async function placed(container: Partial<ContainerSettings>): Promise<string[]> {
  const [group] = scenarioOf({ groups: { web: { role: 'service', image: 'shop' } } }).groups;
  const web = { ...group, container: { ...ordinaryContainer, ...container } } as Group;
  const files = (await readCopies([web])).get('web') ?? [];
  return files.map(({ path, content }) => `${path}: ${content.toString()}`);
}

it('what is written over a part of a folder comes after the folder, in whatever order they stand', async () => {
  const within = folderWith(['site/a', 'own']);
  const copy = (from: string, path: string): Copy => ({
    kind: 'file',
    from: join(within, from),
    within,
    path,
    mode: null,
    owner,
  });
  expect(await placed({ copies: [copy('own', '/srv/a'), copy('site', '/srv')] })).toEqual([
    '/srv/a: site/a',
    '/srv/a: own',
  ]);
});

it('a folder in place of the image’s leaves out what something else is mounted over, or what stays', async () => {
  const within = folderWith([
    'app/main.js',
    'app/node_modules/x.js',
    'app/data/d',
    'app/tmp/t',
    'app/deep/own/o',
  ]);
  const copy: Copy = {
    kind: 'file',
    from: join(within, 'app'),
    within,
    path: '/app',
    mode: null,
    owner,
    alone: { kept: ['node_modules'] },
  };
  const { alone: _, ...laidOver } = copy;
  const mounted = {
    volumes: [{ path: '/app/data', volume: 'data', readOnly: false }],
    tmpfs: [{ path: '/app/tmp', sizeBytes: 1 }],
  };
  expect(await placed({ ...mounted, copies: [copy] })).toEqual([
    '/app/main.js: app/main.js',
    '/app/deep/own/o: app/deep/own/o',
  ]);
  expect(await placed({ ...mounted, copies: [laidOver] })).toHaveLength(5);
});
