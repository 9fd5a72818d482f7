// A failure study: what is still to be found out → a run → what it showed → … until no question is left.
import { basename } from 'node:path';
import { makePlan } from '../plan/make-plan.ts';
import type { DeploymentEnvironment } from '../run/deployment-options.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { RunResult } from '../run/run-scenario.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';
import { conclude, nextTrials } from './conclude.ts';
import type { FailuresFolder, FailureStudy, Variant } from './failures-folder.ts';
import { killing } from './killing.ts';
import { readTrial } from './read-trial.ts';
import { nodesAtKill, type TopologyNode } from './trial-scenario.ts';
import { isControl, type Trial, type TrialResult } from './trial.ts';

export interface FailuresProgress {
  readonly trial: Trial;
  readonly variant: Variant;
  /** Trials that have ended, and those that are known to come (pairs are known only once single nodes have been killed). */
  readonly done: number;
  readonly known: number;
  /** Undefined before the first trial has ended. */
  readonly leftMs: number | undefined;
  /** Once it has ended. */
  readonly result?: TrialResult;
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
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

/** The nodes of a variant that the study kills. */
export function nodesOf({ scenario }: Variant, { groups }: Pick<FailureStudy, 'groups'>): TopologyNode[] {
  const nodes = nodesAtKill(scenario, makePlan(scenario));
  return groups === null ? nodes : nodes.filter(({ group }) => groups.includes(group));
}

/**
 * Runs what is missing, one trial after the other, and keeps each as soon as it has ended. Trials that were kept before are not run again.
 * Throws what a run left on the engine, and when the signal aborts.
 */
export async function runFailures(options: FailuresOptions): Promise<void> {
  const { study, folder } = options;
  const all = await folder.trials();
  for (const [index, variant] of study.variants.entries()) {
    const nodes = nodesOf(variant, study);
    for (;;) {
      const done = all.filter((trial) => trial.variant === index);
      const [next, ...others] = nextTrials(nodes, done, study.mostPairs);
      if (next === undefined) break;
      const trial = { variant: index, ...next };
      const later = study.variants.slice(index + 1).map((each) => nodesOf(each, study).length + 1);
      // Of a variant whose control run is to come, every node is.
      const own = done.length === 0 ? nodes.length : others.length;
      const left = later.reduce((sum, count) => sum + count, own + 1);
      const progress = {
        trial,
        variant,
        done: all.length,
        known: all.length + left,
        leftMs: all.length === 0 ? undefined : left * meanOf(all.map(({ tookMs }) => tookMs)),
      };
      options.onProgress(progress);
      const { control } = conclude(nodes, done);
      const result = await runTrial(trial, variant, options, control);
      all.push(result);
      folder.addTrial(result);
      options.onProgress({ ...progress, done: all.length, result });
    }
  }
}

async function runTrial(
  trial: Trial,
  variant: Variant,
  options: FailuresOptions,
  control: TrialResult | undefined,
): Promise<TrialResult> {
  const { folder, study, environments, versions, signal, hurry } = options;
  const environment = environments[trial.variant];
  if (environment === undefined) throw new Error(`no images for variant ${trial.variant}`);
  const killed = nodesOf(variant, study).filter(({ node }) => trial.killed.includes(node));
  const { scenario, plan } = killing(variant.scenario, killed);
  const startedMs = Date.now();
  const run = await options.run({
    ...environment,
    scenario,
    plan,
    source: { name: 'scenario.source.json', text: JSON.stringify(withoutSecrets(scenario), null, 2) },
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

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
