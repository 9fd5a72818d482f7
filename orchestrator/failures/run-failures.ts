// A failure study: what is still to be found out → a run → what it showed → … until no question is left.
import { basename } from 'node:path';
import { makePlan } from '../plan/make-plan.ts';
import type { DeploymentEnvironment } from '../run/options/deployment-options.ts';
import type { RunOptions } from '../run/options/run-options.ts';
import type { RunResult } from '../run/run-scenario.ts';
import { madeSource } from '../secrets/without-secrets.ts';
import { conclude, nextTrials } from './conclude.ts';
import type { FailuresFolder, FailureStudy, Variant } from './failures-folder.ts';
import { killing, losingHost } from './killing.ts';
import { readTrial } from './read-trial.ts';
import { nodesAtKill, type TopologyNode } from './trial-scenario.ts';
import { isControl, type Trial, type TrialResult } from './trial.ts';
import { type Ahead, runTrials, type TrialProgress } from '../trials/run-trials.ts';
import type { TimeBudget } from '../trials/time-budget.ts';

export interface FailuresProgress extends TrialProgress<Trial, TrialResult> {
  readonly variant: Variant;
}

export interface FailuresOptions {
  /** Images and secrets of each variant. */
  readonly environments: readonly DeploymentEnvironment[];
  readonly versions: Readonly<Record<string, string>>;
  readonly folder: FailuresFolder;
  readonly study: FailureStudy;
  /** Carries out a run, and puts its report into its folder. */
  readonly run: (options: RunOptions) => Promise<RunResult>;
  readonly onProgress: (progress: FailuresProgress) => void;
  /** Default: there is time for all runs. */
  readonly budget?: TimeBudget | undefined;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

/** The nodes of a variant that the study kills. */
export function nodesOf({ scenario }: Variant, { groups }: Pick<FailureStudy, 'groups'>): TopologyNode[] {
  const nodes = nodesAtKill(scenario, makePlan(scenario, { acrossHosts: true }));
  return groups === null ? nodes : nodes.filter(({ group }) => groups.includes(group));
}

/** What is asked of the trials of a study. */
export function askedOf({ mostPairs, groups }: Pick<FailureStudy, 'mostPairs' | 'groups'>) {
  // A host has nodes of other groups as well.
  return { mostPairs, ofHosts: groups === null };
}

/**
 * Runs what is missing, one trial after the other, and keeps each as soon as it has ended. Trials that were kept before are not run again.
 * Throws what a run left on the engine, and when the signal aborts.
 */
export async function runFailures(options: FailuresOptions): Promise<void> {
  const { environments, study, folder, onProgress, budget } = options;
  await runTrials<Trial, TrialResult>({
    done: await folder.trials(),
    ahead: (done) => aheadOf(study, environments, done),
    // Every run has the same load.
    kindOf: () => '',
    run: async (trial, done) => await runTrial(trial, options, done),
    keep: (result) => folder.addTrial(result),
    budget,
    onProgress: (progress) => {
      const variant = study.variants[progress.trial.variant];
      if (variant !== undefined) onProgress({ ...progress, variant });
    },
  });
}

/** One variant after the other: what is next of the first that is not done, and the runs that are known to come. */
function aheadOf(
  study: FailureStudy,
  environments: readonly DeploymentEnvironment[],
  all: readonly TrialResult[],
): Ahead<Trial> | undefined {
  const singlesOf = (variant: Variant, index: number) =>
    nodesOf(variant, study).length + hostsAhead(study, environments[index]);
  for (const [index, variant] of study.variants.entries()) {
    const nodes = nodesOf(variant, study);
    const done = all.filter((trial) => trial.variant === index);
    const [next, ...others] = nextTrials(nodes, done, askedOf(study));
    if (next === undefined) continue;
    const later = study.variants.slice(index + 1).map((each, nth) => singlesOf(each, index + 1 + nth) + 1);
    // Of a variant whose control run is to come, every node is, and every host.
    const own = done.length === 0 ? singlesOf(variant, index) : others.length;
    const left = later.reduce((sum, count) => sum + count, own + 1);
    return { next: { variant: index, ...next }, kinds: Array.from({ length: left }, () => '') };
  }
  return undefined;
}

/** At most so many hosts will be lost. */
export function hostsAhead(
  study: Pick<FailureStudy, 'mostPairs' | 'groups'>,
  environment: Pick<DeploymentEnvironment, 'hosts' | 'layout'> | undefined,
): number {
  const { hosts = [], layout } = environment ?? {};
  if (!askedOf(study).ofHosts || hosts.length < 2) return 0;
  return hosts.filter(({ name }) => layout?.generatorHosts.includes(name) !== true).length;
}

async function runTrial(
  trial: Trial,
  options: FailuresOptions,
  all: readonly TrialResult[],
): Promise<TrialResult> {
  const { folder, study, environments, versions, signal, hurry } = options;
  const variant = study.variants[trial.variant];
  const environment = environments[trial.variant];
  if (environment === undefined || variant === undefined)
    throw new Error(`no images for variant ${trial.variant}`);
  const nodes = nodesOf(variant, study);
  const { control } = conclude(
    nodes,
    all.filter((each) => each.variant === trial.variant),
  );
  const killed = nodes.filter(({ node }) => trial.killed.includes(node));
  const { scenario, plan } =
    trial.host === undefined ? killing(variant.scenario, killed) : losingHost(variant.scenario, trial.host);
  const startedMs = Date.now();
  const run = await options.run({
    ...environment,
    scenario,
    plan,
    source: madeSource(scenario),
    runsFolder: folder.path,
    versions,
    onEvent: () => {},
    onProgress: () => {},
    signal,
    hurry,
  });
  signal.throwIfAborted();
  if (run.left !== undefined) throw run.left;
  return {
    ...trial,
    folder: basename(run.folder),
    tookMs: Date.now() - startedMs,
    ...readTrial(run.saved, trial, isControl(trial) ? undefined : control),
  };
}
