// The image of the helper that shapes links: faults/image/Dockerfile, with a hash of its text as the tag.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/engine.ts';
import { buildContext } from './build-context.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { BASE_IMAGE, NETADMIN_IMAGE } from './image-names.ts';
import { type ImageOptions, type ImageProvider, timed } from './image-provider.ts';

const dockerfilePath = fileURLToPath(new URL('../faults/image/Dockerfile', import.meta.url));

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
  const dockerfile = await readFile(dockerfilePath, 'utf8');
  const hash = createHash('sha256').update(dockerfile).digest('hex');
  const tag = `${NETADMIN_IMAGE}:${hash.slice(0, 12)}`;
  if (await engine.images.has(tag)) return tag;
  await provider.provide(BASE_IMAGE);
  await timed(tag, 'build', options, (onProgress) =>
    engine.images.build(tag, buildContext([{ name: 'Dockerfile', content: dockerfile }]), {
      buildArgs: proxyBuildArgs(),
      onProgress,
      signal: options.signal,
    }),
  );
  return tag;
}
