// Gets one image after the other onto the engine: there already, else pulled, else built from a recipe with its bases first.
// What it learns of a registry (nothing answers) holds for its lifetime, so that ten images don't wait ten times.
import { stripVTControlCharacters } from 'node:util';
import type { Engine, ImageIdentity, PullOptions } from '../engine/engine.ts';
import { Label } from '../engine/engine.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { buildContext, contextFilesIn } from './build-context.ts';
import { importDebianBase } from './debian-base.ts';
import { noCredentials, type RegistryCredentials } from './credentials/registry-credentials.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { type RegistryFailure, registryFailure, registryOf } from './registry-failure.ts';
import { type Recipe, recipeFor } from './substitutes.ts';
import { isForeignTo, isSamePlatform, type WantedImage } from './wanted-image.ts';
import { patient } from '../patience.ts';

export interface ImageStep {
  readonly image: string;
  readonly action: 'pull' | 'build' | 'import' | 'hand over';
  /** The latest line of output; absent when the step begins. */
  readonly line?: string;
  /** Present once, when the step has succeeded: how long it took, in milliseconds. */
  readonly doneMs?: number;
}

export interface ImageOptions {
  readonly onStep: (step: ImageStep) => void;
  /** Whether an image that can't be pulled may be built here under the same name. */
  readonly allowSubstitutes: boolean;
  /** With which registries are asked. Left out: as by somebody who is not logged in. */
  readonly credentials?: RegistryCredentials;
  /** Where images of ours are published: `registry.example/topolab`. Left out: nowhere, and they are built. */
  readonly published?: string | undefined;
  readonly signal: AbortSignal;
}

export interface ImageProvider {
  /** Returns when the engine has the image. Fails with `image-not-available`. */
  provide(image: WantedImage): Promise<void>;
  /** Asks its registry for the image. Returns why it was not given, undefined where it was. */
  pull(image: Pick<WantedImage, 'ref' | 'platform'>): Promise<PullFailure | undefined>;
}

/** A pull whose first sign of life takes longer is taken for a registry that does not answer. */
const firstProgressTimeoutMs = 20_000;

export interface PullFailure {
  readonly kind: RegistryFailure;
  readonly message: string;
  /** With which credentials it was tried: `as "ci", by …`. */
  readonly asked: string;
  readonly cause: unknown;
}

export function createImageProvider(
  engine: Engine,
  options: ImageOptions,
  recipe: (ref: string) => Recipe | undefined = recipeFor,
): ImageProvider {
  const silentRegistries = new Map<string, PullFailure>();

  async function provide(image: WantedImage): Promise<void> {
    options.signal.throwIfAborted();
    const { ref, pull: policy = 'missing', platform } = image;
    const there = policy === 'always' ? undefined : await engine.images.identity(ref, platform);
    if (there !== undefined && isFor(there, platform, engine)) return;
    // Of another platform than the engine's own, which some hosts run as well.
    const isBetterThanNone = there !== undefined && platform === undefined;
    if (policy === 'never') {
      if (isBetterThanNone) return;
      throw notThere(image);
    }
    const failure = await tryPull(image);
    if (failure === undefined) return await checkPulled(engine, image);
    if (isBetterThanNone) return;
    await standIn(image, failure);
  }

  /** Builds a substitute under the image's name, its base first. */
  async function standIn({ ref, pull: policy, platform }: WantedImage, failure: PullFailure): Promise<void> {
    // Who asks for the registry's own has no use for what stands in for it.
    if (policy === 'always' || platform !== undefined)
      throw notAvailable(
        ref,
        failure,
        `and its \`${policy === 'always' ? 'pull: always' : 'platform'}\` takes no other`,
      );
    const found = recipe(ref);
    if (found === undefined) throw notAvailable(ref, failure, 'and there is no recipe to build it here');
    if (!options.allowSubstitutes)
      throw notAvailable(ref, failure, 'and building a substitute was not allowed (--setup allows it)');
    try {
      if (found.kind === 'dockerfile') await provide({ ref: found.base });
      await follow(found, engine, ref, options);
    } catch (error) {
      if (!(error instanceof TopolabError) || error.code !== 'substitute-not-possible') throw error;
      throw notAvailable(ref, failure, error.message);
    }
  }

  async function tryPull({ ref, platform }: WantedImage): Promise<PullFailure | undefined> {
    const registry = registryOf(ref);
    const silent = silentRegistries.get(registry);
    if (silent !== undefined) return silent;
    const { auth, words: asked } = await (options.credentials ?? noCredentials).for(registry);
    try {
      await timed(ref, 'pull', options, (onProgress) =>
        pull(engine, ref, { onProgress, signal: options.signal, auth, platform }),
      );
      return undefined;
    } catch (cause) {
      options.signal.throwIfAborted();
      const failure = { kind: registryFailure(cause), message: messageOf(cause), asked, cause };
      if (failure.kind === 'no-registry') silentRegistries.set(registry, failure);
      return failure;
    }
  }

  return { provide, pull: tryPull };
}

/** Engines before 28 keep one image by a name, which somebody may have got for another platform. */
function isFor(there: ImageIdentity, platform: string | undefined, { description }: Engine): boolean {
  if (platform === undefined)
    return there.platform === undefined || !isForeignTo(description.architecture, there.platform);
  return there.platform !== undefined && isSamePlatform(there.platform, platform);
}

/** An image for one platform only is given whatever was asked for, with no more than a warning. */
async function checkPulled(engine: Engine, { ref, platform }: WantedImage): Promise<void> {
  if (platform === undefined) return;
  const there = await engine.images.identity(ref, platform);
  if (there?.platform === undefined || isSamePlatform(there.platform, platform)) return;
  throw new TopolabError(`image ${ref} is for ${there.platform}, and ${platform} was asked for`, {
    code: 'image-not-available',
    hint: `Write platform: ${there.platform}, or name an image that is made for ${platform}.`,
  });
}

async function pull(
  engine: Engine,
  ref: string,
  options: PullOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const silence = new AbortController();
  const timeoutMs = patient(firstProgressTimeoutMs);
  const timer = setTimeout(
    () => silence.abort(new Error(`no progress within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  try {
    await engine.images.pull(ref, {
      ...options,
      onProgress: (line) => {
        clearTimeout(timer);
        options.onProgress(line);
      },
      signal: AbortSignal.any([options.signal, silence.signal]),
    });
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
  options: Pick<ImageOptions, 'onStep'>,
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

function notThere({ ref, platform }: WantedImage): TopolabError {
  const what = platform === undefined ? `image ${ref}` : `image ${ref} for ${platform}`;
  return new TopolabError(`${what} is not on the engine, and its \`pull: never\` asks no registry`, {
    code: 'image-not-available',
    hint: `Provide it (docker load, or docker build -t ${ref} .), or write pull: missing.`,
  });
}

function notAvailable(ref: string, failure: PullFailure, noSubstitute: string): TopolabError {
  const registry = registryOf(ref);
  const login = `\`docker login${registry === 'docker.io' ? '' : ` ${registry}`}\``;
  const why: Record<RegistryFailure, string> = {
    'no-registry': `no registry answers at ${registry}`,
    'unknown-image': `${registry} has no such image, or this user may not pull it`,
    'not-allowed': `${registry} does not let this user pull it`,
    refused: `${registry} refused the pull`,
  };
  const hint: Record<RegistryFailure, string> = {
    'no-registry': `Check the network, or provide the image yourself: docker load, or docker build -t ${ref} .`,
    'unknown-image': `Check its name and tag; if it is private, log in with ${login}.`,
    'not-allowed': `Log in with ${login} as somebody who may pull it; \`docker pull ${ref}\` shows whether that worked.`,
    refused: `Try again later, or log in with ${login}.`,
  };
  const asked = failure.kind === 'no-registry' ? '' : `\n  asked ${failure.asked}`;
  return new TopolabError(
    `image ${ref} is not available: ${why[failure.kind]}, ${noSubstitute}${asked}\n  ${failure.message}`,
    { code: 'image-not-available', hint: hint[failure.kind], cause: failure.cause },
  );
}
