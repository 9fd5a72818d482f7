// The engine, and every image a command needs on it.
import { hostOfEngine } from '../cluster/host.ts';
import { connectDocker } from '../engine/docker/connect-docker.ts';
import { type Engine, type ImageIdentity, Label } from '../engine/engine.ts';
import { dockerCredentials } from '../images/credentials/registry-credentials.ts';
import { ensureImages } from '../images/ensure-images.ts';
import { NODE_IMAGE, PROMETHEUS_IMAGE, splitTag } from '../image-names.ts';
import { imagesOf } from '../run/images-of-scenario.ts';
import type { ImageStep } from '../images/image-provider.ts';
import type { WantedImage } from '../images/wanted-image.ts';
import { messageOf } from '../errors.ts';
import { cleanUp } from '../run/clean-up.ts';
import type { DeploymentEnvironment } from '../run/deployment-options.ts';
import { takeSecrets } from '../secrets/take-secrets.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ensureDocker, type SetupStep } from '../setup/install-docker.ts';
import { findStack } from '../stack/find-stack.ts';
import { topolabVersion } from './version.ts';

/** Where long steps are shown. */
export interface SetupProgress {
  setupStep(step: SetupStep): void;
  imageStep(step: ImageStep): void;
  note(line: string): void;
}

export interface PrepareOptions {
  /** Install and start Docker where none answers, and build images that cannot be pulled. */
  readonly setup: boolean;
  readonly progress: SetupProgress;
  readonly signal: AbortSignal;
}

/** Connects to the engine; with `setup` one is installed and started first where none answers. */
export async function prepareEngine({ setup, progress, signal }: PrepareOptions): Promise<Engine> {
  if (setup) await ensureDocker({ onStep: (step) => progress.setupStep(step), signal });
  return await connectDocker();
}

/** Gets images onto the engine. The result maps each name to the reference to launch. */
export async function prepareImages(
  engine: Engine,
  wanted: readonly WantedImage[],
  { setup, progress, signal }: PrepareOptions,
): Promise<(image: string) => string> {
  const images = await ensureImages(engine, wanted, {
    onStep: (step) => progress.imageStep(step),
    allowSubstitutes: setup,
    credentials: dockerCredentials(),
    signal,
  });
  return (image) => images.get(image) ?? image;
}

/** What each image is, for the record of a run: its reference, and what it was built from where it is a substitute. */
async function imageVersions(engine: Engine, refs: readonly string[]): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const ref of refs) {
    const madeFrom = (await engine.images.labels(ref))?.[Label.substitute];
    const [name, tag] = splitTag(ref);
    versions[name] = madeFrom === undefined ? tag : `${tag} (built here from ${madeFrom})`;
  }
  return versions;
}

async function imageIdentities(
  engine: Engine,
  wanted: readonly WantedImage[],
): Promise<Record<string, ImageIdentity>> {
  const found = await Promise.all(
    wanted.map(async ({ ref, platform }) => [ref, await engine.images.identity(ref, platform)] as const),
  );
  return Object.fromEntries(
    found.flatMap(([ref, identity]) => (identity === undefined ? [] : [[ref, identity]])),
  );
}

/** What killed runs left would take CPU from the next, and its containers stand in nobody's plan. Says what it removed, or could not. */
async function takeDeadRuns(engine: Engine, progress: SetupProgress): Promise<void> {
  try {
    const { removed } = await cleanUp(engine, { withoutOwner: false });
    const all = [...removed.containers, ...removed.networks, ...removed.volumes];
    const runs = new Set(all.map(({ labels }) => labels[Label.run] ?? ''));
    for (const run of runs) {
      const count = all.filter(({ labels }) => labels[Label.run] === run).length;
      progress.note(`removed ${count} containers, networks and volumes left by run ${run}`);
    }
  } catch (error) {
    progress.note(`warning: not everything that an earlier run left could be removed: ${messageOf(error)}`);
  }
}

/**
 * All that runs and studies of a scenario need of the engine, and the versions to put on record. What dead runs left there is removed
 * first.
 */
export async function prepareEnvironment(
  engine: Engine,
  scenario: Scenario,
  options: PrepareOptions,
): Promise<{ readonly environment: DeploymentEnvironment; readonly versions: Record<string, string> }> {
  // First of all: a run that will lack one is not prepared for minutes.
  const secrets = await takeSecrets(scenario);
  await takeDeadRuns(engine, options.progress);
  const wanted = imagesOf(scenario);
  const imageFor = await prepareImages(engine, wanted, options);
  const launched = wanted.map((image) => ({ ...image, ref: imageFor(image.ref) }));
  return {
    environment: {
      hosts: [hostOfEngine(engine)],
      imageFor,
      nodeImage: imageFor(NODE_IMAGE),
      prometheusImage: imageFor(PROMETHEUS_IMAGE),
      sharedObservers: await findStack(engine),
      images: await imageIdentities(engine, launched),
      secrets,
    },
    versions: {
      topolab: topolabVersion(),
      'Node.js': process.version,
      ...(await imageVersions(
        engine,
        launched.map(({ ref }) => ref),
      )),
    },
  };
}
