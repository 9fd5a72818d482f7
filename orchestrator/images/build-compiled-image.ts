// Images of the programs that are compiled when they are built: the helper that changes nodes' networks, and what presses on nodes from within. The tag
// is a hash of all texts.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/engine.ts';
import { buildContext } from './build-context.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { BASE_IMAGE, NETADMIN_IMAGE, PRESSURE_IMAGE } from '../image-names.ts';
import { type ImageOptions, type ImageProvider, timed } from './image-provider.ts';

/** Folders of a Dockerfile, and below it of the source that its build compiles. */
const folders = {
  [NETADMIN_IMAGE]: { image: '../net-admin/image/', program: 'delay' },
  [PRESSURE_IMAGE]: { image: '../pressure/image/', program: 'program' },
} as const;

export type CompiledImage = keyof typeof folders;

export function isCompiled(ref: string): ref is CompiledImage {
  return ref in folders;
}

/**
 * Builds the image where the engine does not have it yet.
 * @returns its reference, `topolab/netadmin:<12 hex digits>`.
 * @throws TopolabError `image-build-failed`, or `image-not-available` for its base.
 */
export async function buildCompiledImage(
  engine: Engine,
  provider: ImageProvider,
  name: CompiledImage,
  options: ImageOptions,
): Promise<string> {
  const imageFolder = fileURLToPath(new URL(folders[name].image, import.meta.url));
  const programFolder = join(imageFolder, folders[name].program);
  const files = await Promise.all([
    read(imageFolder, 'Dockerfile'),
    ...(await readdir(programFolder)).sort().map((file) => read(programFolder, file)),
  ]);
  const hash = createHash('sha256').update(files.map(({ content }) => content).join('\0'));
  const tag = `${name}:${hash.digest('hex').slice(0, 12)}`;
  if (await engine.images.has(tag)) return tag;
  await provider.provide(BASE_IMAGE);
  await timed(tag, 'build', options, (onProgress) =>
    engine.images.build(tag, buildContext(files), {
      buildArgs: proxyBuildArgs(),
      onProgress,
      signal: options.signal,
    }),
  );
  return tag;
}

async function read(folder: string, name: string): Promise<{ name: string; content: string }> {
  return { name, content: await readFile(join(folder, name), 'utf8') };
}
