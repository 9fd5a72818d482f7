// A command launches the images that it has prepared and put on record, also where their names come to stand for others meanwhile.
import type { Engine, ImageIdentity } from '../engine/engine.ts';

interface LaunchingHost {
  readonly name: string;
  readonly engine: Pick<Engine, 'images'>;
}

/**
 * From now on each host launches the very images that are on record. One that has an image under another id, as engines that store images in
 * different ways do, goes on launching it by its name; that is said.
 * @param identities by reference, as on record.
 * @param nameOf reference on record → the one that is launched.
 */
export async function holdImages(
  hosts: readonly LaunchingHost[],
  identities: Readonly<Record<string, Pick<ImageIdentity, 'id'>>>,
  nameOf: (ref: string) => string,
  note: (line: string) => void,
): Promise<void> {
  for (const { name, engine } of hosts)
    for (const [ref, { id }] of Object.entries(identities)) {
      if (await engine.images.hold(nameOf(ref), id)) continue;
      note(`${name} has ${ref} under another id than is recorded, and launches what it names there.`);
    }
}
