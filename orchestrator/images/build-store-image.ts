// The image of a store that pgBackRest backs up: the database's image with that program in it, and a hash of its Dockerfile as the tag.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/engine.ts';
import { buildContext } from './build-context.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { POSTGRES_IMAGE, STORE_IMAGE } from '../image-names.ts';
import { type ImageOptions, type ImageProvider, timed } from './image-provider.ts';

const dockerfile = fileURLToPath(new URL('store/Dockerfile', import.meta.url));

/**
 * Builds the image where the engine does not have it yet; pgBackRest comes from a Debian mirror.
 * @returns its reference, `topolab/store:<12 hex digits>`.
 * @throws TopolabError `image-build-failed`, or `image-not-available` for its base.
 */
export async function buildStoreImage(
  engine: Engine,
  provider: ImageProvider,
  options: ImageOptions,
): Promise<string> {
  const content = await readFile(dockerfile, 'utf8');
  const tag = `${STORE_IMAGE}:${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  if (await engine.images.has(tag)) return tag;
  await provider.provide(POSTGRES_IMAGE);
  await timed(tag, 'build', options, (onProgress) =>
    engine.images.build(tag, buildContext([{ name: 'Dockerfile', content }]), {
      buildArgs: proxyBuildArgs(),
      onProgress,
      signal: options.signal,
    }),
  );
  return tag;
}
