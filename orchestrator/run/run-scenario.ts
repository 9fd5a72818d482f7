// One run: prepare → ready → execute → drain → collect → clean up. Whatever happens, the run's folder is left readable and
// nothing of the run is left on the engine.
import { raceSignal } from 'race-signal';
import { distributionLinks, whyIncomparable } from '../distribution/distribution-bounds.ts';
import { ExitCode, messageOf, TopolabError } from '../errors.ts';
import { RunMetrics } from '../metrics/run-metrics.ts';
import type { RunEvent, RunOutcome } from '../record/event.ts';
import { RunFolder, type SavedRun } from '../record/folder/run-folder.ts';
import { hidingFor } from '../secrets/hiding-for.ts';
import { requireSecrets, withoutSecrets } from '../secrets/without-secrets.ts';
import { OngoingRun } from './ongoing-run.ts';
import { Recorder } from '../record/recorder.ts';
import { remedyWithoutLeader, RunGuard } from './guard/run-guard.ts';
import { makeRunId } from './identity/run-id.ts';
import { runLabels } from './identity/run-labels.ts';
import type { RunOptions } from './options/run-options.ts';

export interface RunResult {
  readonly folder: string;
  /** What its folder holds: reports are made from it. */
  readonly saved: SavedRun;
  readonly outcome: RunOutcome;
  readonly exitCode: number;
  /** Why it broke. */
  readonly error: unknown;
  /** `not-cleaned-up` where not all that the run made could be removed. What it measured counts all the same. */
  readonly left: TopolabError | undefined;
}

/** Runs a scenario. Resolves in every case in which a run's folder could be written; see `outcome`. */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { hosts, scenario, plan, signal, hurry } = options;
  requireSecrets([scenario], `run ${scenario.name}`);
  const run = makeRunId(scenario.name, new Date());
  const { hide, hideInSource, hideInEvent, hideInError } = hidingFor(scenario, options.secrets);
  const folder = await RunFolder.create(options.runsFolder, run, hide);
  await folder.write('scenario.json', withoutSecrets(scenario));
  await folder.write('plan.json', plan);
  await folder.writeText(options.source.name, hideInSource(options.source.text));
  const metrics = new RunMetrics({ run, scenario: scenario.name });
  metrics.setObjectives(scenario.objectives);
  if (options.place !== undefined) metrics.setSuite(options.place);
  const links = distributionLinks(scenario);
  if (links !== null) metrics.setDistribution(links, whyIncomparable(scenario, plan) === null);
  const events: RunEvent[] = [];
  const recorder = new Recorder(folder, [
    (event) => events.push(event),
    (event) => metrics.take(event),
    (event) => options.onEvent(hideInEvent(event)),
  ]);
  const guard = new RunGuard({
    hosts,
    run,
    image: options.nodeImage,
    labels: runLabels(run, scenario.name),
    warn: (message) => recorder.warn(message),
    moment: (atMs) => describeMoment(recorder.offsetAt(atMs)),
    onHostGone: (host, atMs) => ongoing.goesOnWithout(host, atMs),
  });
  const ongoing: OngoingRun = new OngoingRun({ options, run, folder, recorder, metrics, events, guard });
  let error: unknown;
  try {
    signal.throwIfAborted();
    // What goes on behind its back has been told to end by `signal`.
    await raceSignal(ongoing.carryOut(), AbortSignal.any([hurry, guard.lost, ongoing.unmeasured]));
  } catch (thrown) {
    error = signal.aborted ? thrown : await guard.explain(thrown);
  }
  const outcome: RunOutcome = error === undefined ? 'completed' : signal.aborted ? 'interrupted' : 'broken';
  const collected = await ongoing.collect(outcome, error).then(
    (exitCode) => ({ exitCode, failure: undefined }),
    (failure: unknown) => ({ exitCode: ExitCode.broken, failure }),
  );
  // In a hurry, a container may still be in the making.
  const left = await removeAll(guard, run, recorder, hurry.aborted);
  // Where the run has an error of its own, that is the one to be told at the end.
  if (left !== undefined && (outcome === 'broken' || collected.failure !== undefined))
    recorder.warn(`${left.message}. ${left.hint}`);
  if (collected.failure !== undefined) throw collected.failure;
  return {
    folder: folder.path,
    saved: folder.saved(),
    outcome,
    exitCode: collected.exitCode,
    error: hideInError(error),
    left,
  };
}

/** ` at 15.4 s`; before the load there is nothing to count from. */
function describeMoment(offsetMs: number | null): string {
  return offsetMs === null || offsetMs < 0 ? ' before the load' : ` at ${(offsetMs / 1000).toFixed(1)} s`;
}

/** Whatever carries the run's label, also where the disk is too full to tell of it. What is left is an error to be told. */
async function removeAll(
  guard: RunGuard,
  run: string,
  recorder: Recorder,
  late: boolean,
): Promise<TopolabError | undefined> {
  const step = 'remove containers';
  recorder.tryToRecord({ type: 'step-started', step });
  try {
    await guard.removeAll({ late });
  } catch (cause) {
    return notCleanedUp(run, cause);
  }
  recorder.tryToRecord({ type: 'step-finished', step });
  return undefined;
}

/** Errors of a removal whose hint is the remedy. */
const SAY_WHAT_TO_DO: ReadonlySet<string> = new Set([
  'engine-silent',
  'hosts-not-cleaned',
  'leftovers-remain',
]);

function notCleanedUp(run: string, cause: unknown): TopolabError {
  return new TopolabError(`remove what run ${run} made: ${messageOf(cause)}`, {
    code: 'not-cleaned-up',
    hint: remedyFor(cause) ?? 'Run `topolab clean` once Docker answers again.',
    cause,
  });
}

function remedyFor(cause: unknown): string | undefined {
  const saysItself = cause instanceof TopolabError && SAY_WHAT_TO_DO.has(cause.code);
  return saysItself ? cause.hint : remedyWithoutLeader(cause);
}
