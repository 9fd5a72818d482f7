// Images for hosts that lack them, from one that has them: no registry is needed, and all run the very same.
import { Transform } from 'node:stream';
import type { Engine } from '../engine/engine.ts';
import { saidOf } from '../errors.ts';
import { type ImageOptions, timed } from './image-provider.ts';

const SAY_EVERY_MS = 1000;
const MiB = 2 ** 20;

export interface Receiver {
  readonly name: string;
  readonly engine: Engine;
}

/**
 * Gives each receiver those of the images that it has not, or has otherwise, in one stream, so that layers that several share go once. One receiver
 * after the other: they share the way there.
 *
 * @returns reference → that under which all of them have it. They differ where a digest was named, under which only what came from a registry is known:
 *   it is then the image's id.
 */
export async function handOverImages(
  giver: Engine,
  receivers: readonly Receiver[],
  refs: readonly string[],
  options: Pick<ImageOptions, 'onStep' | 'signal'>,
): Promise<(ref: string) => string> {
  const named = receivers.length === 0 ? new Map<string, string>() : await namesOnAll(giver, refs);
  for (const receiver of receivers) {
    const missing = await missingOf(giver, receiver.engine, [...new Set(named.values())]);
    if (missing.length === 0) continue;
    const what = `${missing.length === 1 ? 'an image' : `${missing.length} images`} to ${receiver.name}`;
    await timed(what, 'hand over', options, async (onLine) => {
      const tar = await giver.images.save(missing, options.signal);
      const counted = counting(onLine);
      tar.on('error', (error) => counted.destroy(error));
      await receiver.engine.images.load(tar.pipe(counted), options.signal).catch((error: unknown) => {
        throw saidOf(receiver.name, error);
      });
    });
  }
  return (ref) => named.get(ref) ?? ref;
}

async function namesOnAll(giver: Engine, refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const named = refs.map(async (ref) => {
    const id = ref.includes('@') ? (await giver.images.identity(ref))?.id : undefined;
    return [ref, id ?? ref] as const;
  });
  return new Map(await Promise.all(named));
}

async function missingOf(giver: Engine, receiver: Engine, refs: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    refs.map(async (ref) => {
      const [wanted, there] = await Promise.all([giver.images.identity(ref), receiver.images.identity(ref)]);
      return there !== undefined && there.id === wanted?.id ? [] : [ref];
    }),
  );
  return found.flat();
}

/** Says now and then how much has gone through. */
function counting(onLine: (line: string) => void): Transform {
  let bytes = 0;
  let saidMs = performance.now();
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (performance.now() - saidMs > SAY_EVERY_MS) {
        saidMs = performance.now();
        onLine(`${Math.round(bytes / MiB)} MiB`);
      }
      done(null, chunk);
    },
  });
}
