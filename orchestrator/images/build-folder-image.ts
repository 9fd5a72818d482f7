// Images of ours that are a folder with a Dockerfile, and perhaps source that its build compiles: the helper that changes nodes' networks, what
// presses on nodes from within, and the database with the program that backs it up. The tag is a hash of all texts.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/engine.ts';
import { buildContext } from './build-context.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { BASE_IMAGE, NETADMIN_IMAGE, POSTGRES_IMAGE, PRESSURE_IMAGE, STORE_IMAGE } from '../image-names.ts';
import { type ImageOptions, type ImageProvider, timed } from './image-provider.ts';
import { pulledInstead } from './published.ts';

interface ImageFolder {
  /** Of the Dockerfile. */
  readonly path: string;
  /** Below it, of the source that its build compiles. */
  readonly program?: string;
  readonly base: string;
}

const folders = {
  [NETADMIN_IMAGE]: { path: '../net-admin/image/', program: 'delay', base: BASE_IMAGE },
  [PRESSURE_IMAGE]: { path: '../pressure/image/', program: 'program', base: BASE_IMAGE },
  [STORE_IMAGE]: { path: 'store/', base: POSTGRES_IMAGE },
} as const satisfies Record<string, ImageFolder>;

export type FolderImage = keyof typeof folders;

export function isFolderImage(ref: string): ref is FolderImage {
  return ref in folders;
}

/**
 * Builds the image where the engine does not have it yet; its packages come from a Debian mirror.
 * @returns its reference, `topolab/netadmin:<12 hex digits>`.
 * @throws TopolabError `image-build-failed`, or `image-not-available` for its base.
 */
export async function buildFolderImage(
  engine: Engine,
  provider: ImageProvider,
  name: FolderImage,
  options: ImageOptions,
): Promise<string> {
  const { path, program, base }: ImageFolder = folders[name];
  const folder = fileURLToPath(new URL(path, import.meta.url));
  const files = [await read(folder, 'Dockerfile'), ...(program ? await readAll(join(folder, program)) : [])];
  const hash = createHash('sha256').update(files.map(({ content }) => content).join('\0'));
  const tag = `${name}:${hash.digest('hex').slice(0, 12)}`;
  if (await engine.images.has(tag)) return tag;
  const pulled = await pulledInstead(engine, provider, tag, options);
  if (pulled !== undefined) return pulled;
  await provider.provide({ ref: base });
  await timed(tag, 'build', options, (onProgress) =>
    engine.images.build(tag, buildContext(files), {
      buildArgs: proxyBuildArgs(),
      onProgress,
      signal: options.signal,
    }),
  );
  return tag;
}

async function readAll(folder: string): Promise<{ name: string; content: string }[]> {
  const names = (await readdir(folder)).sort();
  return await Promise.all(names.map((name) => read(folder, name)));
}

async function read(folder: string, name: string): Promise<{ name: string; content: string }> {
  return { name, content: await readFile(join(folder, name), 'utf8') };
}
