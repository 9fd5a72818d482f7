// The hosts of a Swarm: which there are and who comes to each, without starting anything; and the way to their engines.
import { openSwarm, removeDeadTunnels } from '../cluster/docker-swarm/open-swarm.ts';
import { writePromises } from '../cluster/docker-swarm/promises.ts';
import {
  type GoesOn,
  isOvertaken,
  type SwarmSurvey,
  surveySwarm,
} from '../cluster/docker-swarm/survey-swarm.ts';
import type { Hosts } from '../cluster/host.ts';
import { type Engine, Label } from '../engine/engine.ts';
import { bundleTunnel } from '../images/build-node-image.ts';
import { dockerCredentials } from '../images/credentials/registry-credentials.ts';
import { createImageProvider, type ImageStep } from '../images/image-provider.ts';
import { NODE_BASE_IMAGE } from '../image-names.ts';
import { registryOf } from '../images/registry-failure.ts';
import { type Deployed, type Layout, layOut } from '../run/needs/lay-out.ts';
import { mostPromised } from '../run/needs/placed-hosts.ts';
import { ownerLabel, ownerState, thisOwner } from '../run/identity/run-owner.ts';
import type { EngineChoice, PrepareOptions } from './prepare-options.ts';

export interface LaidOutSwarm {
  readonly survey: SwarmSurvey;
  readonly layout: Layout;
}

const goesOn: GoesOn = (labels) => ownerState(labels[Label.owner]) !== 'gone';

/** Fails as `surveySwarm` and `layOut` do. What other commands that go on have been promised is not to be had. */
export async function layOutSwarm(
  engine: Engine,
  deployed: readonly Deployed[],
  { placement = 'spread', generators }: Pick<EngineChoice, 'placement' | 'generators'>,
): Promise<LaidOutSwarm> {
  const survey = await surveySwarm(engine, goesOn);
  return {
    survey,
    layout: layOut(deployed, { hosts: survey.hosts, placement, generators: generators ?? null }),
  };
}

/** Connects to the engine of each, and says to other commands what each is promised. Fails as `openSwarm` does. */
export async function reachSwarm(
  engine: Engine,
  { survey, layout }: LaidOutSwarm,
  deployed: readonly Deployed[],
  { setup, progress, signal }: PrepareOptions,
  reached: AsyncDisposableStack,
): Promise<Hosts> {
  const onStep = (step: ImageStep) => progress.imageStep(step);
  // Each host gets it by itself; what they can't pull, the manager may have built.
  const credentials = dockerCredentials();
  await createImageProvider(engine, { onStep, allowSubstitutes: setup, credentials, signal }).provide({
    ref: NODE_BASE_IMAGE,
  });
  const { auth } = await credentials.for(registryOf(NODE_BASE_IMAGE));
  const promised = mostPromised(deployed, survey.hosts, layout);
  const byId = survey.hosts.flatMap(({ id, name }) => {
    const resources = promised.get(name);
    return resources === undefined ? [] : [[id, resources] as const];
  });
  const options = {
    tunnel: { program: await bundleTunnel(), image: NODE_BASE_IMAGE, auth },
    labels: { ...writePromises(new Map(byId)), [Label.owner]: ownerLabel(thisOwner()) },
    ...(deployed.length > 0 && { isOvertaken: (service: string) => isOvertaken(survey, service, goesOn) }),
    note: (line: string) => progress.note(line),
    signal,
  };
  await removeDeadTunnels(survey.swarm, goesOn, options.note);
  return reached.use(await openSwarm(engine, survey, options)).hosts;
}
