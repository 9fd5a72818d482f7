import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { basesOf } from '../../../orchestrator/images/bases-of.ts';
import { buildOwnImage, buildProblem } from '../../../orchestrator/images/build-own-image.ts';
import type { Build } from '../../../orchestrator/scenario/groups/group.ts';

describe('the images that a Dockerfile begins with', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['FROM debian', {}, ['debian']],
    [
      'from --platform=linux/amd64 node:24 as build\nFROM build\nFROM nginx\nFROM debian',
      {},
      ['node:24', 'nginx', 'debian'],
    ],
    [
      'FROM scratch\nFROM a AS x\nFROM b\nCOPY --from=x / /\nCOPY --from=0 / /\nCOPY --chown=1 --from=c:2 /a /a',
      {},
      ['a', 'b', 'c:2'],
    ],
    ['ARG V=1\nARG NAME="shop"\nFROM $NAME:${V}', { V: '2' }, ['shop:2']],
    ['ARG V\nFROM shop:$V', {}, []],
    ['# FROM no\nRUN echo FROM x', {}, []],
  ])('%j', (text, args, bases) => {
    expect(basesOf(text, args)).toEqual(bases);
  });
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-build-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function buildOf(parts: Partial<Build> = {}): Build {
  return {
    context: join(folder, 'app'),
    within: folder,
    dockerfile: { path: 'Dockerfile' },
    target: null,
    args: {},
    ...parts,
  };
}

interface Sent {
  readonly files: Readonly<Record<string, string>>;
  readonly options: object;
  readonly provided: readonly string[];
}

/** What an engine is sent: path → text, mode behind it where that is not 644, target of a link. */
async function sentFor(build: Build): Promise<Sent> {
  await using engine = createFakeEngine();
  const files: Record<string, string> = {};
  const provided: string[] = [];
  let asked: object = {};
  engine.images.build = async (
    _,
    context: Readable,
    { onProgress: _progress, signal: _signal, ...options },
  ) => {
    asked = options;
    for await (const entry of context.pipe(extract())) {
      const { name, type, linkname, mode } = entry.header;
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const executable = mode === 0o644 || type === 'symlink' ? '' : ` ${mode.toString(8)}`;
      files[name] = type === 'symlink' ? `→ ${linkname}` : `${Buffer.concat(chunks).toString()}${executable}`;
    }
  };
  const provider = { provide: async ({ ref }: { readonly ref: string }) => void provided.push(ref) };
  const options = {
    onStep: () => {},
    allowSubstitutes: false,

    signal: new AbortController().signal,
  };
  await buildOwnImage(engine, provider, { ref: 'topolab/built:x' }, build, options);
  return { files, options: asked, provided };
}

describe('a folder that an image is built from', () => {
  it('is sent as it is, with the rights to run and links', async () => {
    write({
      'app/Dockerfile': 'FROM node:24 AS x',
      'app/src/main.js': '1',
      'app/run.sh': 'go',
      'outside.txt': 'no',
    });
    chmodSync(join(folder, 'app/run.sh'), 0o755);
    symlinkSync('src/main.js', join(folder, 'app/main.js'));
    const sent = await sentFor(buildOf({ target: 'x', args: { A: '1' } }));
    expect(sent.files).toEqual({
      Dockerfile: 'FROM node:24 AS x',
      'main.js': '→ src/main.js',
      'run.sh': 'go 755',
      'src/main.js': '1',
    });
    expect(sent.provided).toEqual(['node:24']);
    expect(sent.options).toMatchObject({
      dockerfile: 'Dockerfile',
      target: 'x',
      buildArgs: { A: '1' },
      labels: { 'topolab.built': join(folder, 'app') },
    });
  });

  it('is sent without what .dockerignore leaves out, but for its exceptions and the Dockerfile itself', async () => {
    write({
      'app/.dockerignore': '*\n!src\n!kept.txt\nsrc/**/*.log\n',
      'app/docker/Dockerfile': 'FROM scratch',
      'app/kept.txt': 'k',
      'app/left.txt': 'l',
      'app/src/deep/a.js': 'a',
      'app/src/deep/a.log': 'a',
    });
    const { files } = await sentFor(buildOf({ dockerfile: { path: 'docker/Dockerfile' } }));
    expect(Object.keys(files).toSorted()).toEqual(['docker/Dockerfile', 'kept.txt', 'src/deep/a.js']);
  });

  it('may have its Dockerfile in the scenario', async () => {
    write({ 'app/a.txt': 'a' });
    const { files, options } = await sentFor(buildOf({ dockerfile: { text: 'FROM scratch' } }));
    expect(files).toEqual({ 'a.txt': 'a', '.topolab.Dockerfile': 'FROM scratch' });
    expect(options).toMatchObject({ dockerfile: '.topolab.Dockerfile' });
  });

  it.each<[string, () => Partial<Build>, string]>([
    [
      'is not there',
      () => ({ context: join(folder, 'none') }),
      "can't be built (with Dockerfile): there is no such file",
    ],
    [
      'is a file',
      () => ({ context: join(folder, 'app/a.txt') }),
      'is no folder; write the one that the Dockerfile is in',
    ],
    [
      'lies outside',
      () => ({ context: tmpdir() }),
      "lies outside of the scenario's folder; write a folder below it",
    ],
    [
      'has no Dockerfile',
      () => ({ dockerfile: { path: 'Other' } }),
      "can't be built (with Other): there is no such file",
    ],
    [
      'has its Dockerfile outside',
      () => ({ dockerfile: { path: '../Dockerfile' } }),
      'has its Dockerfile ../Dockerfile outside; move it into the folder',
    ],
  ])('is refused where it %s', async (_, parts, problem) => {
    write({ 'app/a.txt': 'a', Dockerfile: 'FROM a' });
    expect(await buildProblem(buildOf(parts()))).toBe(problem);
    await expect(sentFor(buildOf(parts()))).rejects.toMatchObject({
      code: 'build-folder-wrong',
      exitCode: 2,
    });
  });
});
