// Images of ours that somebody has published under names of their own: pulled from there where they would be built here. Their tags are hashes of
// what is in them, so that no other version is ever taken for one.
import type { Engine } from '../engine/engine.ts';
import type { Env } from './credentials/docker-config.ts';
import type { ImageOptions, ImageProvider } from './image-provider.ts';

const OWN = 'topolab/';

/** What stands before the names of published images: `registry.example/topolab`. Undefined where `TOPOLAB_IMAGES` says nothing. */
export function publishedIn({ TOPOLAB_IMAGES: prefix }: Env): string | undefined {
  return prefix?.replace(/\/+$/, '') || undefined;
}

/**
 * @param tag of an image of ours: `topolab/node:<12 hex digits>`.
 * @returns the reference under which the engine has it now; undefined where it has to be built.
 */
export async function pulledInstead(
  engine: Engine,
  provider: ImageProvider,
  tag: string,
  { published, onStep }: Pick<ImageOptions, 'published' | 'onStep'>,
): Promise<string | undefined> {
  if (published === undefined) return undefined;
  const ref = `${published}/${tag.slice(OWN.length)}`;
  if (await engine.images.has(ref)) return ref;
  const failure = await provider.pull({ ref });
  if (failure === undefined) return ref;
  onStep({ image: ref, action: 'pull', line: `not given, so it is built here: ${failure.message}` });
  return undefined;
}
