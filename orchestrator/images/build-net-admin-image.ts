// The image of the helper that shapes links: net-admin/image with the program that delays packets, and a hash of all its texts as the tag.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/engine.ts';
import { buildContext } from './build-context.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { BASE_IMAGE, NETADMIN_IMAGE } from '../image-names.ts';
import { type ImageOptions, type ImageProvider, timed } from './image-provider.ts';

const imageFolder = fileURLToPath(new URL('../net-admin/image/', import.meta.url));
/** Of the program that delays packets; the image's build compiles it. */
const programFolder = join(imageFolder, 'delay');

/**
 * Builds the image where the engine does not have it yet.
 * @returns its reference, `topolab/netadmin:<12 hex digits>`.
 * @throws TopolabError `image-build-failed`, or `image-not-available` for its base.
 */
export async function buildNetAdminImage(
  engine: Engine,
  provider: ImageProvider,
  options: ImageOptions,
): Promise<string> {
  const files = await Promise.all([
    read(imageFolder, 'Dockerfile'),
    ...(await readdir(programFolder)).sort().map((name) => read(programFolder, name)),
  ]);
  const hash = createHash('sha256').update(files.map(({ content }) => content).join('\0'));
  const tag = `${NETADMIN_IMAGE}:${hash.digest('hex').slice(0, 12)}`;
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
