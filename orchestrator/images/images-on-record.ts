// What the images of a run are, for its record.
import { type Engine, type ImageIdentity, Label } from '../engine/engine.ts';
import { splitTag } from '../image-names.ts';
import type { WantedImage } from './wanted-image.ts';

export interface ImagesOnRecord {
  /** Name → its tag or digest, and what it was built from where it is a substitute; several with commas between. */
  readonly versions: Readonly<Record<string, string>>;
  /** Reference → what it names. */
  readonly identities: Readonly<Record<string, ImageIdentity>>;
}

/** @param images by the references that are launched. One that the engine has not is left out of `identities`. */
export async function imagesOnRecord(
  engine: Engine,
  images: readonly WantedImage[],
): Promise<ImagesOnRecord> {
  const told = await Promise.all(
    images.map(async ({ ref, platform }) => {
      const [labels, identity] = await Promise.all([
        engine.images.labels(ref),
        engine.images.identity(ref, platform),
      ]);
      const madeFrom = labels?.[Label.substitute];
      const [name] = splitTag(ref);
      const tag = ref.slice(name.length + 1) || 'latest';
      const version = madeFrom === undefined ? tag : `${tag} (built here from ${madeFrom})`;
      return { ref, name, version, identity };
    }),
  );
  const byName = Map.groupBy(told, ({ name }) => name);
  const versions = [...byName].map(([name, all]) => [name, all.map(({ version }) => version).join(', ')]);
  return {
    versions: Object.fromEntries(versions),
    identities: Object.fromEntries(
      told.flatMap(({ ref, identity }) => (identity === undefined ? [] : [[ref, identity]])),
    ),
  };
}
