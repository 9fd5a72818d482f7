// The step before a run launches anything: every image it needs is on the engine, or the run ends with a message that names
// the missing one.
import type { Engine } from '../engine/engine.ts';
import { buildFolderImage, isFolderImage } from './build-folder-image.ts';
import { buildNodeImage } from './build-node-image.ts';
import { buildOwnImage } from './build-own-image.ts';
import { buildPeerImage } from './build-peer-image.ts';
import { createImageProvider, type ImageOptions } from './image-provider.ts';
import type { WantedImage } from './wanted-image.ts';
import { NODE_IMAGE, PEER_IMAGE } from '../image-names.ts';

/**
 * Gets each image onto the engine, one after the other: as it is there, else pulled, else built as a substitute under the
 * same name. `topolab/node`, `topolab/netadmin` and the like stand for our own images, which are built here unless they are published somewhere.
 *
 * @param images each reference once, or more often on the same terms.
 * @returns image as asked for → the reference to launch. They differ for our own images, whose tag is a hash of their content.
 * @throws TopolabError `image-not-available` or `image-build-failed`, exit code 1; `build-folder-wrong`, exit code 2.
 */
export async function ensureImages(
  engine: Engine,
  images: readonly WantedImage[],
  options: ImageOptions,
): Promise<ReadonlyMap<string, string>> {
  const provider = createImageProvider(engine, options);
  const ready = new Map<string, string>();
  for (const image of images) {
    const { ref } = image;
    if (ready.has(ref)) continue;
    if (image.build !== undefined) {
      await buildOwnImage(engine, provider, image, image.build, options);
      ready.set(ref, ref);
    } else if (ref === NODE_IMAGE) ready.set(ref, await buildNodeImage(engine, provider, options));
    else if (ref === PEER_IMAGE) ready.set(ref, await buildPeerImage(engine, provider, options));
    else if (isFolderImage(ref)) ready.set(ref, await buildFolderImage(engine, provider, ref, options));
    else {
      await provider.provide(image);
      ready.set(ref, ref);
    }
  }
  return ready;
}
