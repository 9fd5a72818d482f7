// An engine of which only the images exist, with a scripted registry.
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import type { Engine, Images, Labels, PullOptions } from '../../../orchestrator/engine/engine.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';

export interface FakeImages {
  readonly engine: Engine;
  /** `pull haproxy:3.0`, `build haproxy:3.0`, in the order in which they happened. */
  readonly calls: string[];
  readonly labels: Map<string, Labels>;
  /** What each pull was asked with. */
  readonly pulls: PullOptions[];
  readonly buildArgs: Map<string, Readonly<Record<string, string>>>;
  /** image → names and modes of the files of its build context */
  readonly contexts: Map<string, ReadonlyMap<string, number>>;
}

/** @param registry what a pull does: undefined succeeds, a string is the daemon's refusal. */
export function fakeImages(
  there: readonly string[],
  registry: (ref: string) => string | undefined,
): FakeImages {
  const calls: string[] = [];
  const pulls: PullOptions[] = [];
  const labels = new Map<string, Labels>(there.map((ref) => [ref, {}]));
  const buildArgs = new Map<string, Readonly<Record<string, string>>>();
  const contexts = new Map<string, ReadonlyMap<string, number>>();
  const images: Images = {
    has: async (ref) => labels.has(ref),
    identity: async (ref) =>
      labels.has(ref) ? { id: ref, repoDigests: [], platform: 'linux/amd64' } : undefined,
    hold: async (_ref, id) => labels.has(id),
    labels: async (ref) => labels.get(ref),
    async pull(ref, options) {
      calls.push(`pull ${ref}`);
      pulls.push(options);
      const refusal = registry(ref);
      if (refusal !== undefined) {
        throw new TopolabError(`image ${ref} could not be pulled: ${refusal}`, { code: 'image-not-pulled' });
      }
      options.onProgress('Pulling fs layer');
      labels.set(ref, {});
    },
    async build(ref, context, options) {
      calls.push(`build ${ref}`);
      contexts.set(ref, await filesOf(context));
      options.onProgress('Step 1/1');
      labels.set(ref, options.labels ?? {});
      buildArgs.set(ref, options.buildArgs ?? {});
    },
    save: async () => {
      throw new Error('nobody hands images over here');
    },
    load: async () => {
      throw new Error('nobody hands images over here');
    },
    async importRootFs(ref, _tar, imageLabels) {
      calls.push(`import ${ref}`);
      labels.set(ref, imageLabels);
    },
  };
  const engine = { images, description: { architecture: process.arch } } as unknown as Engine;
  return { engine, calls, pulls, labels, buildArgs, contexts };
}

async function filesOf(context: Readable): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>();
  for await (const entry of context.pipe(extract())) {
    files.set(entry.header.name, entry.header.mode ?? 0);
    entry.resume();
  }
  return files;
}
