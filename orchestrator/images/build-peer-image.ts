// The image of peers, helping clients and trackers: the node program beside a BitTorrent client and a tracker from Debian.
import type { Engine } from '../engine/engine.ts';
import { buildProgramImage, nodeImageFolder } from './build-node-image.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { PEER_IMAGE } from '../image-names.ts';
import type { ImageOptions, ImageProvider } from './image-provider.ts';

/**
 * Builds the peer image where the engine does not have it yet; its packages come from Debian, so the build needs a mirror.
 * @returns its reference, `topolab/peer:<12 hex digits>`.
 * @throws TopolabError `node-program-not-bundled`, `image-build-failed`, or `image-not-available` for its base.
 */
export async function buildPeerImage(
  engine: Engine,
  provider: ImageProvider,
  options: ImageOptions,
  folder = nodeImageFolder,
): Promise<string> {
  return buildProgramImage(engine, provider, options, {
    folder,
    dockerfile: 'peer/Dockerfile',
    name: PEER_IMAGE,
    files: ['swarm/swarm.py'],
    buildArgs: proxyBuildArgs(),
  });
}
