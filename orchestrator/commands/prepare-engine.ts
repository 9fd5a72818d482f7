// The engine, and every image a command needs on it.
import { connectDocker } from '../engine/docker/connect-docker.ts';
import { type Engine, Label } from '../engine/engine.ts';
import { ensureImages } from '../images/ensure-images.ts';
import { NODE_IMAGE, PROMETHEUS_IMAGE } from '../images/image-names.ts';
import { imagesOf } from '../images/images-of-scenario.ts';
import type { ImageStep } from '../images/image-provider.ts';
import type { DeploymentEnvironment } from '../run/deployment.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ensureDocker, type SetupStep } from '../setup/install-docker.ts';
import { findStack } from '../stack/find-stack.ts';
import { topolabVersion } from './version.ts';

/** Where long steps are shown. */
export interface SetupProgress {
  setupStep(step: SetupStep): void;
  imageStep(step: ImageStep): void;
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
  refs: readonly string[],
  { setup, progress, signal }: PrepareOptions,
): Promise<(image: string) => string> {
  const images = await ensureImages(engine, refs, {
    onStep: (step) => progress.imageStep(step),
    allowSubstitutes: setup,
    signal,
  });
  return (image) => images.get(image) ?? image;
}

/** What each image is, for the record of a run: its reference, and what it was built from where it is a substitute. */
async function imageVersions(engine: Engine, refs: readonly string[]): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const ref of refs) {
    const madeFrom = (await engine.images.labels(ref))?.[Label.substitute];
    const [name = ref, tag = 'latest'] = ref.split(':');
    versions[name] = madeFrom === undefined ? tag : `${tag} (built here from ${madeFrom})`;
  }
  return versions;
}

/** All that runs and studies of a scenario need of the engine, and the versions to put on record. */
export async function prepareEnvironment(
  engine: Engine,
  scenario: Scenario,
  options: PrepareOptions,
): Promise<{ readonly environment: DeploymentEnvironment; readonly versions: Record<string, string> }> {
  const refs = imagesOf(scenario);
  const imageFor = await prepareImages(engine, refs, options);
  return {
    environment: {
      engine,
      imageFor,
      nodeImage: imageFor(NODE_IMAGE),
      prometheusImage: imageFor(PROMETHEUS_IMAGE),
      sharedObservatory: await findStack(engine),
    },
    versions: {
      topolab: topolabVersion(),
      'Node.js': process.version,
      ...(await imageVersions(engine, refs.map(imageFor))),
    },
  };
}
