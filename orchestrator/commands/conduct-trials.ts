// What commands have in common that run many trials and can be gone on with: engine and images for all scenarios before the first, progress, and what is told
// where they end before their time.
import { ExitCode, TopolabError } from '../errors.ts';
import { createProgress, type Progress } from '../live/create-progress.ts';
import { createSetupProgress } from '../live/setup-progress.ts';
import type { DeploymentEnvironment } from '../run/options/deployment-options.ts';
import type { Deployed } from '../run/needs/lay-out.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { keepInputs } from './kept-inputs.ts';
import { prepareEnvironment, prepareHosts } from './prepare-engine.ts';
import type { EngineChoice } from './prepare-options.ts';
import { wantsColour } from './terminal.ts';

export interface TrialSession {
  /** Images and secrets of each scenario, in their order. */
  readonly environments: readonly DeploymentEnvironment[];
  readonly versions: Readonly<Record<string, string>>;
  readonly progress: Progress;
}

export interface ConductOptions {
  /** With their secrets. */
  readonly scenarios: readonly Scenario[];
  /** What comes of each of them at its greatest, in their order. */
  readonly deployed: readonly Deployed[];
  readonly choice: EngineChoice;
  readonly setup: boolean;
  readonly signal: AbortSignal;
  /** Of the trials. */
  readonly folder: string;
  readonly run: (session: TrialSession) => Promise<void>;
  /** Writes the reports of what is known by then. Called where `run` fails, before its error is told. */
  readonly tell: () => Promise<unknown>;
  /** `the failure study`. */
  readonly what: string;
  /** The command that goes on: `topolab failures --resume failures/x`. */
  readonly resume: string;
}

/** Throws what `run` throws; where the signal was aborted, `interrupted` (exit code 130) with how to go on. */
export async function conductTrials(options: ConductOptions): Promise<void> {
  const { signal, run, tell } = options;
  const stream = process.stdout;
  const terminal = { stream, isTty: stream.isTTY === true, colour: wantsColour(stream) };
  using progress = createProgress({ ...terminal, now: Date.now });
  const setup = createSetupProgress(terminal, progress);
  const prepare = { ...options.choice, setup: options.setup, progress: setup, signal };
  await using reached = await prepareHosts({ ...prepare, deployed: options.deployed });
  const environments = [];
  let versions: Readonly<Record<string, string>> = {};
  for (const scenario of options.scenarios) {
    const prepared = await prepareEnvironment(reached, scenario, prepare);
    environments.push(prepared.environment);
    versions = { ...versions, ...prepared.versions };
  }
  await keepInputs(options.folder, options.scenarios, environments);
  try {
    await run({ environments, versions, progress });
    progress.close();
  } catch (error) {
    progress.close();
    await tell();
    if (!signal.aborted) throw error;
    throw new TopolabError(`${options.what} was interrupted; every finished run is kept`, {
      code: 'interrupted',
      hint: `Continue with: ${options.resume}`,
      exitCode: ExitCode.interrupted,
      cause: error,
    });
  }
}
