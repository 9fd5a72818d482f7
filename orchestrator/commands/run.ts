// `topolab run FILE`: from a scenario file to a verdict and a report.
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import { NODE_IMAGE, PROMETHEUS_IMAGE } from '../images/image-names.ts';
import { imagesOf } from '../images/images-of-scenario.ts';
import { followRun } from '../live/follow-run.ts';
import { makePlan } from '../plan/make-plan.ts';
import { readRun } from '../record/run-folder.ts';
import { renderSummary } from '../report/render-summary.ts';
import { type RunResult, runScenario } from '../run/run-scenario.ts';
import { loadScenario } from '../scenario/load-scenario.ts';
import { findStack } from '../stack/find-stack.ts';
import { imageVersions, prepareEngine, prepareImages } from './prepare-engine.ts';
import { wantsColour } from './terminal.ts';
import { topolabVersion } from './version.ts';

export interface RunCommandOptions {
  readonly setup?: boolean;
  readonly seed?: number;
  readonly runs: string;
  readonly live: boolean;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

/** Returns the exit code. Throws only where no run came about. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<number> {
  const { signal, hurry } = options;
  const loaded = await loadScenario(file);
  const scenario = options.seed === undefined ? loaded : { ...loaded, seed: options.seed };
  const plan = makePlan(scenario);
  const source = { name: `scenario.source${extname(file)}`, text: await readFile(file, 'utf8') };
  const progress = followRun({
    scenario,
    plan,
    stream: process.stdout,
    isTty: options.live && process.stdout.isTTY === true,
    colour: wantsColour(process.stdout),
  });
  let result: RunResult;
  try {
    const prepare = { setup: options.setup === true, progress, signal };
    await using engine = await prepareEngine(prepare);
    const refs = imagesOf(scenario);
    const imageFor = await prepareImages(engine, refs, prepare);
    result = await runScenario({
      engine,
      scenario,
      plan,
      source,
      runsFolder: resolve(options.runs),
      imageFor,
      nodeImage: imageFor(NODE_IMAGE),
      prometheusImage: imageFor(PROMETHEUS_IMAGE),
      versions: {
        topolab: topolabVersion(),
        'Node.js': process.version,
        ...(await imageVersions(engine, refs.map(imageFor))),
      },
      sharedObservatory: await findStack(engine),
      onEvent: (event) => progress.event(event),
      onProgress: (run) => progress.start(run),
      signal,
      hurry,
    });
  } finally {
    progress.close();
  }
  return await conclude(result);
}

async function conclude({ folder, outcome, exitCode, error }: RunResult): Promise<number> {
  const width = process.stdout.columns ?? 100;
  const summary = renderSummary(await readRun(folder), { colour: wantsColour(process.stdout), width });
  process.stdout.write(`${summary}\n`);
  if (outcome !== 'broken') return exitCode;
  // What broke is an error like any other: printed once, by main.ts.
  if (error instanceof TopolabError) throw error;
  throw new TopolabError(`run the scenario: ${String(error)}`, {
    code: 'run-broken',
    exitCode: ExitCode.broken,
    cause: error,
  });
}
