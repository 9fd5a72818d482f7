// Gets one image after the other onto the engine: there already, else pulled, else built from a recipe with its bases first.
// What it learns of a registry (nothing answers) holds for its lifetime, so that ten images don't wait ten times.
import { stripVTControlCharacters } from 'node:util';
import type { Engine } from '../engine/engine.ts';
import { Label } from '../engine/engine.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { buildContext, contextFilesIn } from './build-context.ts';
import { importDebianBase } from './debian-base.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { type RegistryFailure, registryFailure, registryOf } from './registry-failure.ts';
import { type Recipe, recipeFor } from './substitutes.ts';
import { patient } from '../patience.ts';

export interface ImageStep {
  readonly image: string;
  readonly action: 'pull' | 'build' | 'import';
  /** The latest line of output; absent when the step begins. */
  readonly line?: string;
  /** Present once, when the step has succeeded: how long it took, in milliseconds. */
  readonly doneMs?: number;
}

export interface ImageOptions {
  readonly onStep: (step: ImageStep) => void;
  /** Whether an image that can't be pulled may be built here under the same name. */
  readonly allowSubstitutes: boolean;
  readonly signal: AbortSignal;
}

export interface ImageProvider {
  /** Returns when the engine has the image. Fails with `image-not-available`. */
  provide(ref: string): Promise<void>;
}

/** A pull whose first sign of life takes longer is taken for a registry that does not answer. */
const firstProgressTimeoutMs = 20_000;

interface PullFailure {
  readonly kind: RegistryFailure;
  readonly message: string;
  readonly cause: unknown;
}

export function createImageProvider(
  engine: Engine,
  options: ImageOptions,
  recipe: (ref: string) => Recipe | undefined = recipeFor,
): ImageProvider {
  const silentRegistries = new Map<string, PullFailure>();

  async function provide(ref: string): Promise<void> {
    options.signal.throwIfAborted();
    if (await engine.images.has(ref)) return;
    const failure = silentRegistries.get(registryOf(ref)) ?? (await tryPull(ref));
    if (failure === undefined) return;
    const found = recipe(ref);
    if (found === undefined) throw notAvailable(ref, failure, 'and there is no recipe to build it here');
    if (!options.allowSubstitutes)
      throw notAvailable(ref, failure, 'and building a substitute was not allowed (--setup allows it)');
    try {
      if (found.kind === 'dockerfile') await provide(found.base);
      await follow(found, engine, ref, options);
    } catch (error) {
      if (!(error instanceof TopolabError) || error.code !== 'substitute-not-possible') throw error;
      throw notAvailable(ref, failure, error.message);
    }
  }

  async function tryPull(ref: string): Promise<PullFailure | undefined> {
    try {
      await timed(ref, 'pull', options, (onLine) => pull(engine, ref, onLine, options.signal));
      return undefined;
    } catch (cause) {
      options.signal.throwIfAborted();
      const failure = { kind: registryFailure(cause), message: messageOf(cause), cause };
      if (failure.kind === 'no-registry') silentRegistries.set(registryOf(ref), failure);
      return failure;
    }
  }

  return { provide };
}

async function pull(
  engine: Engine,
  ref: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  const timeoutMs = patient(firstProgressTimeoutMs);
  const timer = setTimeout(
    () => silence.abort(new Error(`no progress within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  try {
    await engine.images.pull(
      ref,
      (line) => {
        clearTimeout(timer);
        onLine(line);
      },
      AbortSignal.any([signal, silence.signal]),
    );
  } catch (error) {
    // The engine may report the abort in its own words; the reason is ours.
    throw silence.signal.aborted ? silence.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

async function follow(recipe: Recipe, engine: Engine, ref: string, options: ImageOptions): Promise<void> {
  const { signal } = options;
  if (recipe.kind === 'debian') {
    await timed(ref, 'import', options, (onLine) =>
      importDebianBase(engine, ref, { madeFrom: recipe.madeFrom, onLine, signal }),
    );
    return;
  }
  const files = [...(await contextFilesIn(recipe.folder)), ...(await recipe.extraFiles())];
  await timed(ref, 'build', options, (onProgress) =>
    engine.images.build(ref, buildContext(files), {
      labels: { [Label.substitute]: recipe.madeFrom },
      buildArgs: { ...proxyBuildArgs(), ...recipe.buildArgs },
      onProgress,
      signal,
    }),
  );
}

/** Reports the beginning, each line and the end of a step. */
export async function timed(
  image: string,
  action: ImageStep['action'],
  options: ImageOptions,
  work: (onLine: (line: string) => void) => Promise<void>,
): Promise<void> {
  const startedMs = performance.now();
  options.onStep({ image, action });
  await work((output) => {
    // Programs colour their output and overwrite their own lines; only the last state of a line is of use.
    const line = stripVTControlCharacters(output).split('\r').at(-1)?.trim() ?? '';
    if (line !== '') options.onStep({ image, action, line });
  });
  options.onStep({ image, action, doneMs: performance.now() - startedMs });
}

function notAvailable(ref: string, failure: PullFailure, noSubstitute: string): TopolabError {
  const why: Record<RegistryFailure, string> = {
    'no-registry': `no registry answers at ${registryOf(ref)}`,
    'unknown-image': `${registryOf(ref)} has no such image, or this user may not pull it`,
    refused: `${registryOf(ref)} refused the pull`,
  };
  const hint: Record<RegistryFailure, string> = {
    'no-registry': `Check the network, or provide the image yourself: docker load, or docker build -t ${ref} .`,
    'unknown-image': 'Check its name and tag; if it is private, log in with `docker login`.',
    refused: 'Try again later, or log in with `docker login`.',
  };
  return new TopolabError(
    `image ${ref} is not on the engine and is not available: ${why[failure.kind]}, ${noSubstitute}\n  ${failure.message}`,
    { code: 'image-not-available', hint: hint[failure.kind], cause: failure.cause },
  );
}
