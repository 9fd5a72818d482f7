// The images of the fake engine: names and labels, and nothing behind them.
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { TopolabError } from '../../errors.ts';
import type { Images, Labels } from '../engine.ts';

export interface FakeImages extends Images {
  /** Whether there is what containers of this reference are launched from. */
  canLaunch(ref: string): boolean;
}

/** @param there absent = whatever anybody asks for. */
export function createFakeImages(there?: readonly string[]): FakeImages {
  const any = there === undefined;
  const made = new Map<string, Labels>(there?.map((ref) => [ref, {}]));
  const held = new Map<string, string>();
  const drop = (stream: Readable): void => void stream.resume();
  const idOf = (ref: string): string => (ref.startsWith('sha256:') ? ref : `sha256:${ref}`);
  const isThere = (ref: string): boolean =>
    any || made.has(ref) || [...made.keys()].some((each) => idOf(each) === ref);
  return {
    canLaunch: (ref) => isThere(held.get(ref) ?? ref),
    has: async (ref) => isThere(ref),
    identity: async (ref) =>
      isThere(ref) ? { id: idOf(ref), repoDigests: [], platform: 'linux/amd64' } : undefined,
    hold: async (ref, id) => {
      if (isThere(id)) held.set(ref, id);
      else held.delete(ref);
      return isThere(id);
    },
    labels: async (ref) => made.get(ref) ?? (any ? {} : undefined),
    pull: async (ref, { onProgress }) => {
      if (!any && !made.has(ref))
        throw new TopolabError(`image ${ref} could not be pulled: the fake engine has no registry`, {
          code: 'image-not-pulled',
        });
      onProgress(`Pulled ${ref}`);
    },
    build: async (ref, context, { labels = {}, onProgress }) => {
      drop(context);
      made.set(ref, labels);
      onProgress(`Successfully built ${ref}`);
    },
    importRootFs: async (ref, tar, labels) => {
      drop(tar);
      made.set(ref, labels);
    },
    save: async (refs) => {
      const missing = refs.filter((ref) => !isThere(ref));
      if (missing.length > 0)
        throw new TopolabError(`images ${missing.join(', ')} could not be saved: no such image`, {
          code: 'image-not-saved',
        });
      return Readable.from([JSON.stringify(refs.map((ref) => [ref, made.get(ref) ?? {}]))]);
    },
    load: async (tar) => {
      const saved = JSON.parse(await text(tar)) as readonly [string, Labels][];
      for (const [ref, labels] of saved) made.set(ref, labels);
    },
  };
}
