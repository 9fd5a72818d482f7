// The hosts of a command, and every image that it needs on them.
import { type HostFacts, hostOfEngine, type Hosts } from '../cluster/host.ts';
import { connectDocker } from '../engine/docker/connect-docker.ts';
import { type Engine, Label } from '../engine/engine.ts';
import { dockerCredentials } from '../images/credentials/registry-credentials.ts';
import { ensureImages } from '../images/ensure-images.ts';
import { handOverImages } from '../images/hand-over.ts';
import { holdImages } from '../images/hold-images.ts';
import { imagesOnRecord } from '../images/images-on-record.ts';
import { publishedIn } from '../images/published.ts';
import { NODE_IMAGE, PROMETHEUS_IMAGE } from '../image-names.ts';
import { imagesOf } from '../run/needs/images-of-scenario.ts';
import type { ImageStep } from '../images/image-provider.ts';
import type { WantedImage } from '../images/wanted-image.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { cleanUpHosts } from '../run/guard/clean-up.ts';
import type { DeploymentEnvironment } from '../run/options/deployment-options.ts';
import { type Layout, layOut } from '../run/needs/lay-out.ts';
import { takeSecrets } from '../secrets/take-secrets.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ensureDocker } from '../setup/install-docker.ts';
import { findStack } from '../stack/find-stack.ts';
import type { EngineChoice, HostsOptions, PrepareOptions, SetupProgress } from './prepare-options.ts';
import { layOutSwarm, reachSwarm } from './swarm-hosts.ts';
import { topolabVersion } from './version.ts';

/** At laying out hosts on which others are promised room at the same time. Each loses to one that goes on. */
const MOST_ATTEMPTS = 5;

/** The hosts of a command. Disposing of them ends the connections to their engines. */
export interface ReachedHosts extends AsyncDisposable {
  /** The first is that of the engine that was connected to. */
  readonly hosts: Hosts;
  /** Default: every container comes to any of them. */
  readonly layout?: Layout;
}

/** Connects to the engine; with `setup` one is installed and started first where none answers. */
export async function prepareEngine({
  setup,
  progress,
  signal,
}: Omit<PrepareOptions, keyof EngineChoice>): Promise<Engine> {
  if (setup) await ensureDocker({ onStep: (step) => progress.setupStep(step), signal });
  return await connectDocker();
}

/**
 * Connects to the engine, and with `engine: swarm` to those of all hosts of its Swarm; says which of them are for generators. Fails as
 * `prepareEngine`, `openSwarm` and `layOut` do.
 */
export async function prepareHosts(options: HostsOptions): Promise<ReachedHosts> {
  await using reached = new AsyncDisposableStack();
  const engine = reached.use(await prepareEngine(options));
  const { hosts, layout } =
    options.engine === 'swarm'
      ? await hostsOfSwarm(engine, options, reached)
      : await oneHost(engine, options);
  const whole = reached.move();
  return { hosts, layout, [Symbol.asyncDispose]: () => whole.disposeAsync() };
}

function sayLayout(
  hosts: Hosts<HostFacts>,
  { generatorHosts, remark }: Layout,
  progress: SetupProgress,
): void {
  if (remark !== undefined) progress.note(remark);
  if (generatorHosts.length === 0) return;
  const others = hosts.filter(({ name }) => !generatorHosts.includes(name)).map(({ name }) => name);
  progress.note(`Generators on ${generatorHosts.join(', ')}; nodes on ${others.join(', ')}.`);
}

async function oneHost(
  engine: Engine,
  { progress, placement = 'spread', generators, deployed = [] }: HostsOptions,
): Promise<{ readonly hosts: Hosts; readonly layout: Layout }> {
  const count = (await engine.swarm?.nodes().catch(() => []))?.length ?? 0;
  // Whoever has one may have meant it.
  if (count > 1)
    progress.note(
      `This engine manages a Swarm of ${count} hosts, of which this command uses one; --engine swarm uses all.`,
    );
  const hosts: Hosts = [hostOfEngine(engine)];
  return { hosts, layout: layOut(deployed, { hosts, placement, generators: generators ?? null }) };
}

async function hostsOfSwarm(
  engine: Engine,
  options: HostsOptions,
  reached: AsyncDisposableStack,
): Promise<{ readonly hosts: Hosts; readonly layout: Layout }> {
  const { deployed = [], progress } = options;
  for (let attempt = 1; ; attempt += 1) {
    const swarm = await layOutSwarm(engine, deployed, options);
    const { survey, layout } = swarm;
    for (const line of survey.leftOut) progress.note(line);
    sayLayout(survey.hosts, layout, progress);
    try {
      return { hosts: await reachSwarm(engine, swarm, deployed, options, reached), layout };
    } catch (error) {
      if (!isPromised(error) || attempt === MOST_ATTEMPTS) throw error;
      progress.note('Other commands were promised room on these hosts meanwhile: looking again.');
    }
  }
}

function isPromised(error: unknown): boolean {
  return error instanceof TopolabError && error.code === 'hosts-promised';
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
    published: publishedIn(process.env),
    signal,
  });
  return (image) => images.get(image) ?? image;
}

/** What killed runs left would take CPU from the next, and its containers stand in nobody's plan. Says what it removed, or could not. */
async function takeDeadRuns(hosts: Hosts, progress: SetupProgress, signal: AbortSignal): Promise<void> {
  try {
    const { removed } = await cleanUpHosts(hosts, { withoutOwner: false, signal });
    const all = [...removed.containers, ...removed.networks, ...removed.volumes];
    const runs = new Set(all.map(({ labels }) => labels[Label.run] ?? ''));
    for (const run of runs) {
      const count = all.filter(({ labels }) => labels[Label.run] === run).length;
      progress.note(`removed ${count} containers, networks and volumes left by run ${run}`);
    }
  } catch (error) {
    signal.throwIfAborted();
    progress.note(`warning: not everything that an earlier run left could be removed: ${messageOf(error)}`);
  }
}

/**
 * All that runs and studies of a scenario need of the engine, and the versions to put on record. What dead runs left there is removed
 * first.
 */
export async function prepareEnvironment(
  {
    hosts,
    layout = layOut([], { hosts, placement: 'spread', generators: null }),
  }: Pick<ReachedHosts, 'hosts' | 'layout'>,
  scenario: Scenario,
  options: PrepareOptions,
): Promise<{ readonly environment: DeploymentEnvironment; readonly versions: Record<string, string> }> {
  // First of all: a run that will lack one is not prepared for minutes.
  const secrets = await takeSecrets(scenario);
  await takeDeadRuns(hosts, options.progress, options.signal);
  const wanted = imagesOf(scenario);
  const [{ engine }, ...others] = hosts;
  const preparedFor = await prepareImages(engine, wanted, options);
  const launched = wanted.map((image) => ({ ...image, ref: preparedFor(image.ref) }));
  const { progress, signal } = options;
  const refs = launched.map(({ ref }) => ref);
  const onStep = (step: ImageStep) => progress.imageStep(step);
  const onAllHosts = await handOverImages(engine, others, refs, { onStep, signal });
  const imageFor = (image: string) => onAllHosts(preparedFor(image));
  const { versions, identities } = await imagesOnRecord(engine, launched);
  await holdImages(hosts, identities, onAllHosts, (line) => progress.note(line));
  return {
    environment: {
      hosts,
      layout,
      imageFor,
      nodeImage: imageFor(NODE_IMAGE),
      prometheusImage: imageFor(PROMETHEUS_IMAGE),
      // Of several hosts, that of the first: it asks the others' agents, as a Prometheus of the run's own would.
      sharedObservers: await findStack(engine),
      images: identities,
      secrets,
    },
    versions: {
      topolab: topolabVersion(),
      'Node.js': process.version,
      ...versions,
    },
  };
}
